"""What a distillation made and what it took, as one document."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from statistics import fmean, median, pstdev
from typing import Any

from finetune.distill.outcome import Effort, Outcome


def report(
    outcomes: Sequence[Outcome], *, wanted: int, measure: Callable[[str], int], unit: str
) -> dict[str, Any]:
    """Counts, effort and lengths; the same for the same outcomes. `cost` is added by the caller.

    `lengths` are of the accepted answers, in `unit`; `stdev` is that of the whole population.
    """
    accepted = [outcome for outcome in outcomes if outcome.accepted]
    rejected = [outcome for outcome in outcomes if not outcome.accepted]
    teacher, judge = total(o.teacher for o in outcomes), total(o.judge for o in outcomes)
    calls = teacher.calls + judge.calls
    return {
        "wanted": wanted,
        "accepted": len(accepted),
        "rejected": len(rejected),
        "acceptance_rate": round(len(accepted) / len(outcomes), 4) if outcomes else None,
        "calls": calls,
        "calls_per_accepted": round(calls / len(accepted), 3) if accepted else None,
        "tokens": {"teacher": _tokens(teacher), "judge": _tokens(judge)},
        "tries": _histogram(outcome.tries for outcome in accepted),
        "improvements": _histogram(outcome.improvements for outcome in accepted),
        "lengths": {"unit": unit}
        | lengths([measure(o.best.text) for o in accepted if o.best is not None]),
        "rejected_inputs": [_rejection(outcome) for outcome in rejected],
    }


def total(efforts: Iterable[Effort]) -> Effort:
    """All together."""
    summed = Effort()
    for effort in efforts:
        summed = summed.plus(effort)
    return summed


def lengths(values: Sequence[int]) -> dict[str, float | None]:
    """Mean, median, least, greatest and spread; None of each for no values."""
    if not values:
        return dict.fromkeys(("mean", "median", "min", "max", "stdev"))
    return {
        "mean": round(fmean(values), 2),
        "median": median(values),
        "min": min(values),
        "max": max(values),
        "stdev": round(pstdev(values), 2),
    }


def _tokens(effort: Effort) -> dict[str, int]:
    return {"prompt": effort.prompt_tokens, "completion": effort.completion_tokens}


def _histogram(values: Iterable[int]) -> dict[str, int]:
    return {str(value): count for value, count in sorted(Counter(values).items())}


def _rejection(outcome: Outcome) -> dict[str, Any]:
    return {
        "input": outcome.name,
        "reason": outcome.reason,
        "best": outcome.best.text if outcome.best else None,
        "tries": outcome.tries,
        "calls": outcome.teacher.calls + outcome.judge.calls,
    }
