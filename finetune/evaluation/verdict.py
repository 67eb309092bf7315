"""Better, not worse, or worse: one metric decides, by a rule that is said with the result.

- The metric: the judge if there is one; else the normalised match (the accuracy of a
  classification), unless neither model matches in one case of ten, as with open-ended answers: then
  chrF. Without wanted answers: the first constraint.
- better: the difference is above zero and significant (p < 0.05; exact McNemar where a case is
  right or wrong, the bootstrap of at least ten cases elsewhere).
- worse: below zero and significant, or by more than the margin.
- not_worse: anything else; where the interval reaches below the margin, it says that this is not
  shown.
"""

from collections.abc import Sequence
from enum import StrEnum

from finetune.dataset.example import Frozen

SIGNIFICANT = 0.05
ENOUGH = 10  # cases
MATCHING = 0.1
MARGIN = 0.02


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


def judgement(metrics: Sequence[Metric], margin: float = MARGIN) -> Judgement:
    """Decide by the rule above; `margin` is the loss that does not matter."""
    metric = primary(metrics)
    difference, low = metric.difference or 0.0, (metric.interval or (0.0, 0.0))[0]
    significant = (metric.p or 0.0) < SIGNIFICANT and (
        metric.gained is not None or metric.n >= ENOUGH
    )
    shown = low >= -margin
    reasons = [_said(metric)]
    if significant and difference:
        verdict = Conclusion.BETTER if difference > 0 else Conclusion.WORSE
        return _decided(verdict, metric, True, reasons)
    if difference < -margin:
        reasons.append(f"the loss is above the margin of {margin:g}, though it may be chance")
        return _decided(Conclusion.WORSE, metric, False, reasons)
    reasons.append(
        f"a loss above the margin of {margin:g} is excluded"
        if shown
        else f"not shown: {metric.n} cases are too few to exclude a loss of {-low:.3f}"
    )
    if difference > 0:
        reasons.append("the gain may be chance")
    if metric.n < ENOUGH:
        reasons.append(f"{metric.n} cases say little: use {ENOUGH} at least, better 100")
    enough = shown and metric.n >= ENOUGH
    return _decided(Conclusion.NOT_WORSE, metric, enough, reasons)


def primary(metrics: Sequence[Metric]) -> Metric:
    """The one that decides."""
    known = {metric.name: metric for metric in metrics}
    if "judge" in known:
        return known["judge"]
    match = known.get("accuracy") or known.get("normalised_match")
    if match is None:
        return metrics[0]
    matching = max(match.candidate, match.champion or 0.0) >= MATCHING
    return match if matching or match.name == "accuracy" else known["chrf"]


def chance(p: float | None) -> str:
    """A p as people write it."""
    if p is None:
        return "-"
    return "< 0.001" if p < 0.001 else f"= {p:.3f}"


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
