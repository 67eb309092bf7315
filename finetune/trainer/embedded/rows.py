"""From chat rows to what the embedded engine learns: one question, one answer, one per question.

Only the last user message and the answer after it are used; system prompt, names and history are
ignored, which the docs and `/v1/models` say too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from finetune.dataset.example import Message, normalise
from finetune.trainer.engine import Conversation, Preference


@dataclass(frozen=True)
class Row:
    """A question and the exact answer to give."""

    question: str
    answer: str

    @property
    def key(self) -> str:
        """Two rows with the same key ask the same."""
        return normalise(self.question)


def last_question(messages: Sequence[Message]) -> str:
    """What is asked: the last user message."""
    for message in reversed(messages):
        if message.role == "user":
            return message.content
    return ""


def row_of(conversation: Sequence[Message]) -> Row:
    """The row a conversation teaches: its last assistant message, and the question before it."""
    last = max(i for i, message in enumerate(conversation) if message.role == "assistant")
    return Row(last_question(conversation[:last]), conversation[last].content)


def conversations_of(rows: Iterable[Conversation | Preference]) -> list[Conversation]:
    """The rows as they are: preferences were refused before (`EmbeddedEngine.check`)."""
    return [row for row in rows if isinstance(row, tuple)]


def one_per_question(rows: Iterable[Row]) -> tuple[Row, ...]:
    """Rows without repeated questions; the last answer given to a question stands."""
    kept: dict[str, Row] = {}
    for row in rows:
        kept.pop(row.key, None)
        kept[row.key] = row
    return tuple(kept.values())


def rehearsed(base: Iterable[Row], new: Sequence[Row]) -> tuple[Row, ...]:
    """The base's rows that stay true: all but those whose question has a new answer."""
    answered_anew = {row.key for row in new}
    return tuple(row for row in base if row.key not in answered_anew)
