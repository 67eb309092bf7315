"""Which model answers, and how it is asked."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from bot.domain.conversation import (
    Delta,
    Image,
)
from finetune import Message


class ChatModel(Protocol):
    """A chat model behind the OpenAI wire format."""

    def stream(
        self, model: str, messages: Sequence[Message], images: Sequence[Image] = ()
    ) -> AsyncGenerator[Delta, None]:
        """Yield the answer piece by piece; `images` belong to the last message. Close it when done.

        Raises ModelUnavailable or ModelRefused.
        """
        ...


class Champions(Protocol):
    """Which model answers in a workspace right now."""

    async def champion(self, team: str) -> str: ...
