"""The keys under which an evaluation keeps the answers it was given."""

from collections.abc import Sequence

from finetune.dataset.example import Message, digest


def answer_key(model: str, messages: Sequence[Message]) -> str:
    """The same question to the same model has the same key."""
    return digest([model, [message.wire() for message in messages]])


def refusal_key(key: str, candidate: str) -> str:
    """A refusal counts for the evaluation of one candidate; the next one asks anew."""
    return digest([key, "refused", candidate])
