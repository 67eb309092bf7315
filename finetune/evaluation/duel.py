"""A candidate, and perhaps a champion, measured case by case on the same answers.

Used by `finetune evaluate`; the gate of the service's runs is in `evaluate` and `finetune.promotion`.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from finetune.asking.question import Answer
from finetune.evaluation.case_files import FileCase
from finetune.evaluation.classes import chances, predicted
from finetune.evaluation.classification import Labelled
from finetune.evaluation.comparison import refusal_of
from finetune.evaluation.constraints import Constraint
from finetune.evaluation.judging import Pair
from finetune.evaluation.manner import Manner
from finetune.evaluation.measures import chrf, edit_similarity, exact_match, normalised_match
from finetune.evaluation.paired import bootstrap, mcnemar
from finetune.evaluation.verdict import Metric

Measure = Callable[[str, str], float]
OF_WANTED: Mapping[str, Measure] = {
    "exact_match": exact_match,
    "normalised_match": normalised_match,
    "chrf": chrf,
    "edit_similarity": edit_similarity,
}
BINARY = {"exact_match", "normalised_match", "accuracy"}


class Plan(NamedTuple):
    """What is measured. `classes` None: no classification."""

    manner: Manner
    constraints: Mapping[str, Constraint]
    classes: tuple[str, ...] | None = None
    judged: bool = False


class Scores:
    """One number for each metric, case and model; None where a case has no wanted answer."""

    def __init__(self, plan: Plan, models: int) -> None:
        self.pairs: list[Pair] = []
        self.labelled: list[list[Labelled]] = [[] for _ in range(models)]
        self.refused = [0] * models
        self.empty = [0] * models
        self.cases = self.with_wanted = 0
        self._plan = plan
        self._models = models
        self._found: dict[str, list[tuple[float, ...]]] = {}

    def add(self, case: FileCase, answers: Sequence[Answer]) -> dict[str, tuple[float, ...]]:
        """One more case, answered by every model; its numbers by metric, a number for each model."""
        manner = self._plan.manner
        texts = ["" if answer.refusal is not None else manner.text(answer) for answer in answers]
        wanted = manner.wanted(case)
        self.cases += 1
        for n, answer in enumerate(answers):
            refused = refusal_of(answer) is not None
            self.refused[n] += refused
            self.empty[n] += not refused and not texts[n]
        values: dict[str, tuple[float, ...]] = {}
        if wanted is not None:
            self.with_wanted += 1
            values |= self._measured(wanted, texts, answers)
        for name, constraint in self._plan.constraints.items():
            values[name] = tuple(float(constraint.check(text) is None) for text in texts)
        for name, found in values.items():
            self._found.setdefault(name, []).append(found)
        if self._plan.judged and len(texts) == 2:
            self.pairs.append(Pair(case.question, wanted, texts[0], texts[1]))
        return values

    def metrics(self, seed: int = 0) -> list[Metric]:
        """Of all cases, each with its interval."""
        return [
            metric
            for size in sorted({len(found) for found in self._found.values()}, reverse=True)
            for metric in measured(
                {name: found for name, found in self._found.items() if len(found) == size},
                self._binary,
                seed,
            )
        ]

    @property
    def _binary(self) -> set[str]:
        return BINARY | set(self._plan.constraints)

    def _measured(
        self, wanted: str, texts: Sequence[str], answers: Sequence[Answer]
    ) -> dict[str, tuple[float, ...]]:
        values = {
            name: tuple(measure(wanted, text) for text in texts)
            for name, measure in OF_WANTED.items()
        }
        if self._plan.classes is None:
            return values
        known = predicted(wanted, self._plan.classes) or wanted
        for n, (text, answer) in enumerate(zip(texts, answers, strict=True)):
            self.labelled[n].append(
                Labelled(
                    known,
                    predicted(text, self._plan.classes),
                    chances(answer.tokens, self._plan.classes),
                )
            )
        right = tuple(float(cases[-1].answered == known) for cases in self.labelled)
        return values | {"accuracy": right}


def measured(
    found: Mapping[str, Sequence[tuple[float, ...]]], binary: set[str], seed: int = 0
) -> list[Metric]:
    """Each metric's means; with two models also what the difference is worth. All of one length."""
    if not found:
        return []
    columns = {name: list(zip(*rows, strict=True)) for name, rows in found.items()}
    if any(len(models) == 1 for models in columns.values()):
        return [
            Metric(name=name, candidate=_mean(models[0]), n=len(models[0]))
            for name, models in columns.items()
        ]
    differences = {
        name: [ours - theirs for ours, theirs in zip(*models, strict=True)]
        for name, models in columns.items()
    }
    intervals = bootstrap(list(differences.values()), seed)
    return [
        _metric(name, columns[name], differences[name], interval, binary=name in binary)
        for name, interval in zip(differences, intervals, strict=True)
    ]


def _metric(
    name: str, models: Sequence[Sequence[float]], differences: Sequence[float],
    interval: tuple[float, float, float], *, binary: bool,
) -> Metric:  # fmt: skip
    low, high, chance = interval
    gained = sum(difference > 0 for difference in differences)
    lost = sum(difference < 0 for difference in differences)
    return Metric(
        name=name,
        candidate=_mean(models[0]),
        champion=_mean(models[1]),
        difference=_mean(differences),
        interval=(low, high),
        p=mcnemar(gained, lost) if binary else chance,
        gained=gained if binary else None,
        lost=lost if binary else None,
        n=len(differences),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
