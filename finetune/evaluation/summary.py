"""The spread of many numbers, as a table shows it."""

from collections.abc import Sequence
from statistics import fmean, median, stdev

from finetune.dataset.example import Frozen


class Summary(Frozen):
    """All None when there were no numbers; `stdev` None for a single one.

    `stdev` is the sample's (divided by n - 1), as Python's `statistics.stdev`; percentiles are
    interpolated linearly between neighbours, as numpy's.
    """

    mean: float | None = None
    median: float | None = None
    min: float | None = None
    max: float | None = None
    stdev: float | None = None
    p50: float | None = None
    p95: float | None = None


def summary(values: Sequence[float]) -> Summary:
    """Of numbers in any order and unit."""
    if not values:
        return Summary()
    ordered = sorted(values)
    return Summary(
        mean=fmean(ordered),
        median=median(ordered),
        min=ordered[0],
        max=ordered[-1],
        stdev=stdev(ordered) if len(ordered) > 1 else None,
        p50=percentile(ordered, 0.5),
        p95=percentile(ordered, 0.95),
    )


def percentile(ordered: Sequence[float], share: float) -> float:
    """The value below which `share` of the ordered numbers lie."""
    place = share * (len(ordered) - 1)
    low = int(place)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (place - low)
