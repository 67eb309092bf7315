"""The ports of an evaluation: asking a model, and keeping what it answered."""

from collections.abc import Sequence
from typing import Protocol

from finetune.dataset.example import Frozen, Message, digest


class Answer(Frozen):
    """What a model answered, and why it stopped; `refusal` says why there is no answer."""

    content: str
    finish_reason: str = "stop"
    refusal: str | None = None


class Answering(Protocol):
    """A provider of chat completions."""

    async def answer(self, model: str, messages: Sequence[Message]) -> Answer:
        """One answer at temperature 0. QuestionRefused, ProviderError, ProviderUnavailable."""
        ...


class Answers(Protocol):
    """Answers already given, by `answer_key`."""

    async def get(self, keys: list[str]) -> dict[str, Answer]:
        """Those of `keys` that are known."""
        ...

    async def put(self, key: str, answer: Answer) -> None:
        """Keep one answer."""
        ...


def answer_key(model: str, messages: Sequence[Message]) -> str:
    """The same question to the same model has the same key."""
    return digest([model, [message.wire() for message in messages]])


def refusal_key(key: str, candidate: str) -> str:
    """A refusal counts for the evaluation of one candidate; the next one asks anew."""
    return digest([key, "refused", candidate])
