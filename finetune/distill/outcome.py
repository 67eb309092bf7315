"""What came of one input, and what it took: the values that writing, choosing and reporting share."""

from typing import NamedTuple

from finetune.asking.question import Answer
from finetune.dataset.example import Message
from finetune.errors import ProviderUnavailable


class Effort(NamedTuple):
    """Calls and tokens; the judge's are counted apart, since it may be another model."""

    calls: int = 0
    prompt_tokens: int = 0
    completion_tokens: int = 0

    def plus(self, other: "Effort") -> "Effort":
        """Both together."""
        return Effort(*(mine + theirs for mine, theirs in zip(self, other, strict=True)))


class Attempt(NamedTuple):
    """One answer of the teacher: `problems` says in words why it does not hold, if so."""

    text: str
    problems: tuple[str, ...]
    distance: float = 0.0  # how far from the wanted length, in its unit


class Outcome(NamedTuple):
    """An input's accepted answer, or why there is none and the best attempt.

    `tries` counts fresh starts, `improvements` the corrections within the last one.
    """

    name: str
    messages: tuple[Message, ...]
    best: Attempt | None
    reason: str | None
    tries: int
    improvements: int
    teacher: Effort
    judge: Effort
    failure: ProviderUnavailable | None = None  # what the provider failed with on this input

    @property
    def accepted(self) -> bool:
        """Whether the best attempt may be taught."""
        return self.reason is None


def effort_of(answer: Answer) -> Effort:
    """What one answer took. A refused question counts as a call."""
    return Effort(1, answer.prompt_tokens or 0, answer.completion_tokens or 0)
