"""A question to a model, its answer, and the ports to who answers and who remembers."""

from collections.abc import Sequence
from typing import Protocol

from finetune.dataset.example import Frozen, Message, digest


class Question(Frozen):
    """What is asked of which model, and how.

    `prompt` is the whole text for a legacy completion model (then `messages` is empty).
    `temperature` None leaves it to the provider. `sample` tells several answers to one question
    apart; it is not sent.
    """

    model: str
    messages: tuple[Message, ...] = ()
    prompt: str | None = None
    temperature: float | None = 0.0
    max_tokens: int | None = None
    stop: tuple[str, ...] = ()
    top_logprobs: int | None = None  # 0 to 20 alternatives for each token
    sample: int = 0

    @property
    def key(self) -> str:
        """The same question to the same model has the same key."""
        return digest(self.model_dump(mode="json"))


class Token(Frozen):
    """One token of an answer with the natural logarithm of its probability, and its rivals."""

    text: str
    logprob: float
    top: tuple[tuple[str, float], ...] = ()


class Answer(Frozen):
    """What a model answered, and why it stopped; `refusal` says why there is no answer.

    `seconds` is the time from sending to the whole answer. What a provider does not report is None.
    """

    content: str
    finish_reason: str = "stop"
    refusal: str | None = None
    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    seconds: float | None = None
    tokens: tuple[Token, ...] = ()


class Asking(Protocol):
    """A provider of chat and legacy completions."""

    async def ask(self, question: Question) -> Answer:
        """One answer. Raises QuestionRefused, ModelMissing, ProviderError, ProviderUnavailable."""
        ...


class KeptAnswers(Protocol):
    """Answers already given, by key."""

    async def get(self, keys: Sequence[str]) -> dict[str, Answer]:
        """Those of `keys` that are known."""
        ...

    async def put(self, key: str, answer: Answer) -> None:
        """Keep one answer."""
        ...
