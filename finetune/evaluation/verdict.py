"""Better, not worse, or worse: one metric decides, by a rule that is said with the result.

- The metric: the judge if there is one, and it decided in one case of ten that it was asked; else the
  normalised match (the accuracy of a classification), unless neither model matches in one case of
  ten, as with open-ended answers: then chrF. Without wanted answers: the first constraint.
- better: the difference is above zero and significant (p < 0.05; exact McNemar where a case is
  right or wrong, the bootstrap of at least ten cases elsewhere).
- worse: below zero and significant, or by more than the margin.
- not_worse: anything else. It is conclusive where a loss above the margin is excluded: by the
  interval, and where a case is right or wrong by the score interval too, which a lack of lost cases
  among few does not deceive.
"""

from collections.abc import Sequence
from enum import StrEnum

from finetune.dataset.example import Frozen
from finetune.evaluation.judging import Bias
from finetune.evaluation.paired import lowest_difference

SIGNIFICANT = 0.05
ENOUGH = 10  # cases
MATCHING = 0.1
MARGIN = 0.02
UNSURE = 0.1  # share of all cases that a judge may leave undecided in a conclusive verdict


class Metric(Frozen):
    """One number of both models, from 0 to 1, over `n` cases. Without a champion: its alone."""

    name: str
    candidate: float
    champion: float | None = None
    difference: float | None = None
    interval: tuple[float, float] | None = None
    p: float | None = None
    gained: int | None = None  # cases won and lost, where each is right or wrong
    lost: int | None = None
    n: int


class Conclusion(StrEnum):
    """What an evaluation says of the candidate."""

    BETTER = "better"
    NOT_WORSE = "not_worse"
    WORSE = "worse"


class Judgement(Frozen):
    """The verdict, why, and whether the cases were enough to say so."""

    verdict: Conclusion
    primary: str
    conclusive: bool
    reasons: tuple[str, ...]


def judgement(
    metrics: Sequence[Metric], margin: float = MARGIN, favour: Bias | None = None
) -> Judgement:
    """Decide by the rule above; `margin` is the loss that does not matter, `favour` the judge's."""
    metric = primary(metrics, favour)
    reasons = [_said(metric), *_of_judge(metric, favour), *_against(metric, metrics)]
    if _significant(metric):
        gain = (metric.difference or 0.0) > 0
        reasons.append(f"the {'gain' if gain else 'loss'} is significant: p is below {SIGNIFICANT}")
        verdict = Conclusion.BETTER if gain else Conclusion.WORSE
        return _decided(verdict, metric, True, reasons)
    if (metric.difference or 0.0) < -margin:
        reasons.append(f"the loss is above the margin of {margin:g}, though it may be chance")
        return _decided(Conclusion.WORSE, metric, False, reasons)
    shown, why = _excluded(metric, margin, favour)
    return _decided(Conclusion.NOT_WORSE, metric, shown, [*reasons, *why])


def primary(metrics: Sequence[Metric], favour: Bias | None = None) -> Metric:
    """The one that decides."""
    known = {metric.name: metric for metric in metrics}
    if "judge" in known and (len(known) == 1 or _decides(favour)):
        return known.pop("judge")
    known.pop("judge", None)
    match = known.get("accuracy") or known.get("normalised_match")
    if match is None:
        return next(iter(known.values()))
    matching = max(match.candidate, match.champion or 0.0) >= MATCHING
    return match if matching or match.name == "accuracy" else known["chrf"]


def chance(p: float | None) -> str:
    """A p as people write it."""
    if p is None:
        return "-"
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


def _decides(favour: Bias | None) -> bool:
    """Whether the judge told the answers apart, or called them equal, in one case of ten."""
    return favour is None or favour.undecided <= 0.9 * favour.judged


def _significant(metric: Metric) -> bool:
    trusted = metric.gained is not None or metric.n >= ENOUGH
    return bool(metric.difference) and trusted and metric.p is not None and metric.p < SIGNIFICANT


def _excluded(metric: Metric, margin: float, favour: Bias | None) -> tuple[bool, list[str]]:
    """Whether a loss above the margin is, and why one may or may not rely on that."""
    low = _lowest(metric)
    shown = low >= -margin
    reasons = [
        f"a loss above the margin of {margin:g} is excluded"
        if shown
        else f"not shown: {metric.n} cases are too few to exclude a loss of {-low:.3f}"
    ]
    if (metric.difference or 0.0) > 0:
        reasons.append("the gain may be chance")
    if metric.n < ENOUGH:
        reasons.append(f"{metric.n} cases say little: use {ENOUGH} at least, better 100")
    if metric.name == "judge" and favour is not None and favour.undecided > UNSURE * metric.n:
        reasons.append("not shown: a case that the judge left undecided shows nothing")
        shown = False
    return shown and metric.n >= ENOUGH, reasons


def _lowest(metric: Metric) -> float:
    """The largest loss that the cases allow, as a difference."""
    low, high = metric.interval or (0.0, 0.0)
    if metric.gained is not None and metric.lost is not None:
        return min(low, lowest_difference(metric.gained, metric.lost, metric.n))
    return min(low, lowest_difference(0, 0, metric.n)) if low == high else low


def _of_judge(metric: Metric, favour: Bias | None) -> list[str]:
    if favour is None or not favour.undecided:
        return []
    said = (
        f"the judge left {favour.undecided} of {favour.judged} cases undecided: {favour.unreadable} "
        f"replies could not be read, {favour.disagreements} changed with the order"
    )
    return [said if metric.name == "judge" else f"{said}; so {metric.name} decides"]


def _against(metric: Metric, metrics: Sequence[Metric]) -> list[str]:
    """What else changed for certain, and the other way."""
    gain = (metric.difference or 0.0) >= 0
    others = (other for other in metrics if other is not metric and _significant(other))
    return [
        f"but {other.name} is {'lower' if gain else 'higher'}: {_said(other)}"
        for other in others
        if ((other.difference or 0.0) > 0) != gain
    ]


def _decided(
    verdict: Conclusion, metric: Metric, conclusive: bool, reasons: Sequence[str]
) -> Judgement:
    return Judgement(
        verdict=verdict, primary=metric.name, conclusive=conclusive, reasons=tuple(reasons)
    )


def _said(metric: Metric) -> str:
    low, high = metric.interval or (0.0, 0.0)
    counts = f", {metric.gained} gained and {metric.lost} lost" if metric.gained is not None else ""
    return (
        f"{metric.name} {metric.candidate:.3f} against {metric.champion or 0.0:.3f} on {metric.n} "
        f"cases (difference {metric.difference or 0.0:+.3f}, 95 % interval {low:+.3f} to "
        f"{high:+.3f}, p {chance(metric.p)}{counts})"
    )
