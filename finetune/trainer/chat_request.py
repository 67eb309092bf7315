"""What a client may ask of `/v1/chat/completions`; unknown fields are ignored, wrong ones refused."""

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from finetune.dataset.example import Message
from finetune.trainer.chat_rows import role_of, text_of
from finetune.trainer.engine import Sampling
from finetune.trainer.errors import BadRequest

Positive = Annotated[int, Field(ge=1)]
LONGEST_CONVERSATION = 100_000  # characters
Stop = Annotated[str, Field(min_length=1)]


class _Request(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


class StreamOptions(_Request):
    include_usage: bool = False


class AskedMessage(_Request):
    role: str
    content: Any = None


class ChatRequest(_Request):
    """Temperature is 0 unless asked for: these models know answers word by word."""

    model: str = Field(min_length=1)
    messages: list[AskedMessage] = Field(min_length=1)
    stream: bool | None = False
    stream_options: StreamOptions | None = None
    max_tokens: Positive | None = None
    max_completion_tokens: Positive | None = None
    temperature: Annotated[float, Field(ge=0, le=2)] | None = None
    top_p: Annotated[float, Field(gt=0, le=1)] | None = None
    n: Annotated[int, Field(ge=1, le=8)] | None = None
    seed: int | None = None
    stop: Stop | Annotated[list[Stop], Field(max_length=4)] | None = None
    logprobs: bool | None = False
    top_logprobs: Annotated[int, Field(ge=0, le=20)] | None = None

    def conversation(self) -> list[Message]:
        """The messages as text. Raises BadRequest naming the message, or when they are too long."""
        messages = [_message(asked, place) for place, asked in enumerate(self.messages)]
        length = sum(len(message.content) for message in messages)
        if length > LONGEST_CONVERSATION:
            raise BadRequest(
                f"The messages have {length} characters; {LONGEST_CONVERSATION} are read at most.",
                code="context_length_exceeded",
                param="messages",
            )
        return messages

    def sampling(self, choice: int) -> Sampling:
        """How choice number `choice` is drawn."""
        stop = (self.stop,) if isinstance(self.stop, str) else tuple(self.stop or ())
        return Sampling(
            max_tokens=self.max_completion_tokens or self.max_tokens,
            temperature=self.temperature or 0.0,
            top_p=1.0 if self.top_p is None else self.top_p,
            seed=None if self.seed is None else (self.seed + choice) % 2**63,
            stop=stop,
            top_logprobs=self.top_logprobs or 0,
        )


def _message(asked: AskedMessage, place: int) -> Message:
    role = role_of(asked.role)
    if role is None:
        raise BadRequest(f"Invalid value: '{asked.role}'.", param=f"messages[{place}].role")
    content = "" if asked.content is None and role == "assistant" else text_of(asked.content)
    if content is None:
        raise BadRequest("Only text is understood here.", param=f"messages[{place}].content")
    return Message.model_validate({"role": role, "content": content})
