"""Several models answer the same cases: length, speed, tokens, and what was not answered.

Used by `finetune compare`; answers are seen once, in the order of the cases, and not kept here.
"""

from collections.abc import AsyncIterator, Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from finetune.asking.asker import Asker
from finetune.asking.question import Answer, Question
from finetune.dataset.example import Frozen
from finetune.evaluation.case_files import FileCase
from finetune.evaluation.constraints import Length
from finetune.evaluation.manner import Manner
from finetune.evaluation.summary import Summary, summary


class Answered(NamedTuple):
    """One case with each model's answer, in the order of the models."""

    case: FileCase
    answers: tuple[Answer, ...]


async def answered(
    asker: Asker,
    cases: Iterable[FileCase],
    models: Sequence[str],
    manner: Manner,
    advance: Callable[[float], None],
) -> AsyncIterator[Answered]:
    """Every case answered by every model, in the order of the cases.

    `advance` is told 1 for each answer. Raises ProviderError, ModelMissing, InputError.
    """
    under_way: dict[int, FileCase] = {}

    def questions() -> Iterator[Question]:
        for place, case in enumerate(cases):
            under_way[place] = case
            yield from (manner.question(case, model) for model in models)

    waiting: dict[int, dict[int, Answer]] = {}
    shown = 0
    async for place, _, answer in asker.ask_all(questions()):
        advance(1)
        number, model = divmod(place, len(models))
        waiting.setdefault(number, {})[model] = answer
        while len(waiting.get(shown, ())) == len(models):
            found = waiting.pop(shown)
            yield Answered(under_way.pop(shown), tuple(found[n] for n in range(len(models))))
            shown += 1


class Figures(Frozen):
    """One model's answers in numbers. Lengths in characters, latencies in seconds of real calls."""

    model: str
    length: Summary
    latency: Summary
    within_tolerance: float | None  # share of the cases; None without a target
    prompt_tokens: int | None  # None: the provider did not say
    completion_tokens: int | None
    answered: int
    refused: int
    empty: int
    truncated: int
    refusal: str | None = None  # why, for the first


class Tally:
    """Counts one model's answers as they come."""

    def __init__(self, model: str, target: Length | None) -> None:
        self._model = model
        self._target = target
        self._lengths: list[int] = []
        self._seconds: list[float] = []
        self._prompt: list[int | None] = []
        self._completion: list[int | None] = []
        self._cases = self._within = self._refused = self._empty = self._truncated = 0
        self._refusal: str | None = None

    def add(self, answer: Answer, text: str) -> None:
        """One more; `text` is the answer as it is measured."""
        self._cases += 1
        if answer.seconds is not None:
            self._seconds.append(answer.seconds)
        if answer.refusal is None:
            self._prompt.append(answer.prompt_tokens)
            self._completion.append(answer.completion_tokens)
        if (why := refusal_of(answer)) is not None:
            self._refused += 1
            self._refusal = self._refusal or why
            return
        if not text:
            self._empty += 1
            return
        self._truncated += answer.finish_reason == "length"
        self._lengths.append(len(text))
        self._within += self._target is not None and self._target.check(text) is None

    def figures(self) -> Figures:
        """All so far."""
        share = self._within / self._cases if self._cases else 0.0
        return Figures(
            model=self._model,
            length=summary(self._lengths),
            latency=summary(self._seconds),
            within_tolerance=None if self._target is None else share,
            prompt_tokens=_total(self._prompt),
            completion_tokens=_total(self._completion),
            answered=len(self._lengths),
            refused=self._refused,
            empty=self._empty,
            truncated=self._truncated,
            refusal=self._refusal,
        )


def refusal_of(answer: Answer) -> str | None:
    """Why there is no answer: the provider's reason, or the model's own words."""
    if answer.refusal is not None:
        return answer.refusal
    if answer.finish_reason in {"refusal", "content_filter"}:
        return answer.content or answer.finish_reason
    return None


def _total(counts: Sequence[int | None]) -> int | None:
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None
