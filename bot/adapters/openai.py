"""`ChatModel` over the `openai` SDK: any provider that speaks its wire format.

Takes the exact messages of a turn, gives deltas to `chat`; the SDK retries 408, 409, 429 (after as
long as Retry-After says) and 5xx by itself before a request counts as failed.
"""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

import openai
from openai.types.chat import ChatCompletionChunk

from bot.adapters.refusals import refused
from bot.domain.conversation import Delta, Image, Usage
from bot.errors import ContentRefused, ModelSilent, ModelUnavailable
from finetune import Message

CONNECT = 5.0  # seconds until a connection stands
FIRST = 90.0  # seconds until the first piece, with what the SDK retries: some models think first
BETWEEN = 45.0  # seconds between two pieces
T = TypeVar("T")


@dataclass(frozen=True)
class OpenAIChatModel:
    """Streams chat completions; `first` and `between` are in seconds."""

    client: openai.AsyncOpenAI
    first: float = FIRST
    between: float = BETWEEN

    async def stream(
        self, model: str, messages: Sequence[Message], images: Sequence[Image] = ()
    ) -> AsyncGenerator[Delta, None]:
        """Yield the answer as it arrives; the last delta carries usage and finish reason.

        Raises ModelUnavailable, also when the stream breaks off, and ModelRefused.
        """
        heard = Heard(model)
        chunks = await self._begun(model, messages, images)
        try:
            patience = self.first
            while (chunk := await _within(patience, anext(chunks, None))) is not None:
                patience = self.between
                if text := heard.text_of(chunk):
                    yield Delta(text=text)
        except openai.OpenAIError as error:
            raise refused(error) from error
        finally:
            await chunks.close()
        yield heard.end()

    async def _begun(
        self, model: str, messages: Sequence[Message], images: Sequence[Image]
    ) -> openai.AsyncStream[ChatCompletionChunk]:
        request = self.client.chat.completions.create(
            model=model,
            messages=_wire(messages, images),
            stream=True,
            stream_options={"include_usage": True},
            timeout=openai.Timeout(self.first, connect=CONNECT),
        )
        try:
            return await _within(self.first, request)
        except openai.OpenAIError as error:
            raise refused(error) from error


@dataclass
class Heard:
    """What the chunks so far have said beside the text."""

    model: str
    usage: Usage = Usage()  # noqa: RUF009 - a frozen value
    finish_reason: str = ""
    refusal: str = ""
    spoken: bool = False

    def text_of(self, chunk: ChatCompletionChunk) -> str:
        """The text of one chunk; all else is noted."""
        self.model = chunk.model or self.model
        if chunk.usage is not None:
            self.usage = Usage(
                prompt_tokens=chunk.usage.prompt_tokens,
                completion_tokens=chunk.usage.completion_tokens,
            )
        for choice in chunk.choices[:1]:
            self.finish_reason = choice.finish_reason or self.finish_reason
            delta = choice.delta
            if delta is None:
                continue
            self.refusal += getattr(delta, "refusal", None) or ""
            if delta.content:
                self.spoken = True
                return delta.content
        return ""

    def end(self) -> Delta:
        """The last delta. Raises ContentRefused, and ModelUnavailable where the end is missing."""
        if self.finish_reason == "content_filter" or (self.refusal and not self.spoken):
            raise ContentRefused(self.refusal or "content_filter")
        if not self.finish_reason:
            msg = "the stream ended before the answer did"
            raise ModelUnavailable(msg)
        return Delta(model=self.model, usage=self.usage, finish_reason=self.finish_reason)


async def _within(seconds: float, coming: Awaitable[T]) -> T:
    """Raises ModelSilent when it takes longer."""
    try:
        async with asyncio.timeout(seconds):
            return await coming
    except TimeoutError as error:
        msg = f"nothing for {seconds:g} seconds"
        raise ModelSilent(msg) from error


def _wire(messages: Sequence[Message], images: Sequence[Image]) -> Any:
    wire: list[dict[str, Any]] = [dict(message.wire()) for message in messages]
    if images:
        text = wire[-1]["content"]
        said = [{"type": "text", "text": text}] if text else []
        wire[-1]["content"] = [*said, *_seen(images)]
    return wire


def _seen(images: Sequence[Image]) -> list[dict[str, Any]]:
    return [
        {"type": "image_url", "image_url": {"url": f"data:{image.mimetype};base64,{image.data}"}}
        for image in images
    ]
