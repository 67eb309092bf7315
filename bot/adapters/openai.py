"""`ChatModel` over the `openai` SDK: any provider that speaks its wire format.

Takes the exact messages of a turn, gives deltas to `chat.py`; the SDK retries 408, 409, 429 and
5xx by itself before a request counts as failed.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from typing import Any

import openai
from openai.types.chat import ChatCompletionChunk

from bot.domain.conversation import Delta, Image, Usage
from bot.errors import ModelRefused, ModelUnavailable
from finetune import Message

# Worth another try later: the rest of the 4xx family says no for good.
_PASSING = (
    openai.APIConnectionError,
    openai.RateLimitError,
    openai.InternalServerError,
    openai.ConflictError,
)


@dataclass(frozen=True)
class OpenAIChatModel:
    """Streams chat completions."""

    client: openai.AsyncOpenAI

    async def stream(
        self, model: str, messages: Sequence[Message], images: Sequence[Image] = ()
    ) -> AsyncIterator[Delta]:
        """Yield the answer as it arrives; the last delta carries usage and finish reason.

        Raises ModelUnavailable, also when the stream breaks off, and ModelRefused.
        """
        usage, finish_reason, answered_by = Usage(), "", model
        wire: Any = [message.wire() for message in messages]
        if images:
            wire[-1]["content"] = [{"type": "text", "text": wire[-1]["content"]}, *_seen(images)]
        try:
            chunks = await self.client.chat.completions.create(
                model=model,
                messages=wire,
                stream=True,
                stream_options={"include_usage": True},
            )
            async for chunk in chunks:
                answered_by = chunk.model or answered_by
                usage = _usage(chunk) or usage
                for choice in chunk.choices[:1]:
                    finish_reason = choice.finish_reason or finish_reason
                    if choice.delta.content:
                        yield Delta(text=choice.delta.content)
        except _PASSING as error:
            raise ModelUnavailable(str(error)) from error
        except openai.APIStatusError as error:
            raise ModelRefused(str(error)) from error
        except openai.OpenAIError as error:
            raise ModelUnavailable(str(error)) from error
        if not finish_reason:
            msg = "the stream ended before the answer did"
            raise ModelUnavailable(msg)
        yield Delta(model=answered_by, usage=usage, finish_reason=finish_reason)


def _seen(images: Sequence[Image]) -> list[dict[str, Any]]:
    return [
        {"type": "image_url", "image_url": {"url": f"data:{image.mimetype};base64,{image.data}"}}
        for image in images
    ]


def _usage(chunk: ChatCompletionChunk) -> Usage | None:
    if chunk.usage is None:
        return None
    return Usage(
        prompt_tokens=chunk.usage.prompt_tokens,
        completion_tokens=chunk.usage.completion_tokens,
    )
