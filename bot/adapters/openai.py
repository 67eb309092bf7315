"""`ChatModel` over the `openai` SDK: any provider that speaks its wire format.

Takes the exact messages of a turn, gives deltas to `chat`; the SDK retries 408, 409, 429 (after as
long as Retry-After says) and 5xx by itself before a request counts as failed. The stream is read
here: models of every chunk, as the SDK makes them, were half of what an answer cost us.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Mapping, Sequence
from contextlib import aclosing, suppress
from dataclasses import dataclass
from typing import Any, TypeAlias

import openai

from bot.adapters.chunks import DONE, Events, Heard, chunk_of
from bot.adapters.refusals import refused
from bot.domain.conversation import Delta, Image
from bot.errors import ModelSilent, ModelUnavailable
from finetune import Message, discreet

CONNECT = 5.0  # seconds until a connection stands
FIRST = 90.0  # seconds until the first piece, with what the SDK retries: some models think first
BETWEEN = 45.0  # seconds between two pieces
DRAIN = 0.1  # seconds for what follows the last event
Answer: TypeAlias = openai.AsyncStream[object]


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

        What arrived at once is one delta. Raises ModelUnavailable, also when the stream breaks off,
        and ModelRefused.
        """
        heard, seconds = Heard(model), self.first
        clock = asyncio.get_running_loop().time
        try:
            async with (
                asyncio.timeout(seconds) as patience,
                await self._asked(model, messages, images) as answer,
                aclosing(_texts(answer, heard)) as texts,
            ):
                patience.reschedule(clock() + seconds)
                async for text in texts:
                    if text:
                        patience.reschedule(
                            None
                        )  # what is done with it takes no time of the model's
                        yield Delta(text=text)
                    seconds = self.between
                    patience.reschedule(clock() + seconds)
        except TimeoutError as error:
            msg = f"nothing for {seconds:g} seconds"
            raise ModelSilent(msg) from error
        except openai.OpenAIError as error:
            raise refused(error) from error
        yield heard.end()

    async def _asked(
        self, model: str, messages: Sequence[Message], images: Sequence[Image]
    ) -> Answer:
        """As the SDK asks itself, less its look at every field of every message."""
        return await self.client.post(
            "/chat/completions",
            body={
                "model": model,
                "messages": _wire(messages, images),
                "stream": True,
                "stream_options": {"include_usage": True},
            },
            options={"timeout": openai.Timeout(self.first, connect=CONNECT)},
            cast_to=object,
            stream=True,
            stream_cls=openai.AsyncStream[object],
        )


async def _texts(answer: Answer, heard: Heard) -> AsyncGenerator[str, None]:
    """The text of each read that ended an event, which may be empty; all else is noted."""
    events = Events()
    async with aclosing(answer.response.aiter_bytes()) as reads:
        if answer.response.headers.get("content-type", "").startswith("application/json"):
            yield heard.text_of(_chunk(await _all(reads), answer))  # by who streams nothing
            return
        while (read := await _next(reads)) is not None:
            found = events.feed(read)
            chunks = [_chunk(data, answer) for data in found if not data.startswith(DONE)]
            if found:
                yield "".join(map(heard.text_of, chunks))
            if len(chunks) < len(found):
                await _drain(reads)
                return


async def _next(reads: AsyncIterator[bytes]) -> bytes | None:
    """None at the end. Raises ModelUnavailable."""
    try:
        return await anext(reads, None)
    except Exception as error:  # of the provider's or of the way to it, whatever its kind
        raise ModelUnavailable(discreet(str(error)) or type(error).__name__) from error


async def _all(reads: AsyncIterator[bytes]) -> bytes:
    """Raises ModelUnavailable."""
    found: list[bytes] = []
    while (read := await _next(reads)) is not None:
        found.append(read)
    return b"".join(found)


async def _drain(reads: AsyncIterator[bytes]) -> None:
    """Read what ends the body, so that the connection can be used again; trouble is harmless."""
    with suppress(Exception):
        async with asyncio.timeout(DRAIN):
            async for _ in reads:
                pass


def _chunk(data: bytes, answer: Answer) -> Mapping[str, Any]:
    """Raises what the SDK raises for an error inside the stream, and ModelUnavailable."""
    chunk = chunk_of(data)
    if trouble := chunk.get("error"):
        said = trouble.get("message") if isinstance(trouble, dict) else trouble
        message = said if isinstance(said, str) and said else "an error inside the stream"
        raise openai.APIError(message, request=answer.response.request, body=trouble)
    return chunk


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
