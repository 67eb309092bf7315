"""How often each number occurs: exact percentiles of any number of examples in flat memory."""

import math
from collections import Counter
from typing import TYPE_CHECKING

from finetune.dataset.example import Frozen

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class Distribution(Frozen):
    """Of one quantity per example. Percentiles are interpolated linearly, as numpy's default is."""

    total: int = 0
    min: int = 0
    max: int = 0
    mean: float = 0.0
    median: float = 0.0
    p5: float = 0.0
    p95: float = 0.0


class Histogram:
    """Counts whole numbers; grows with how many different ones there are, not with how many."""

    def __init__(self) -> None:
        self.counts: Counter[int] = Counter()

    def add(self, values: "NDArray[np.int64]") -> None:
        """Count each value."""
        import numpy as np

        for value, times in zip(*np.unique(values, return_counts=True), strict=True):
            self.counts[int(value)] += int(times)

    def distribution(self) -> Distribution:
        """What the numbers are like; all zero when there are none."""
        count = self.counts.total()
        if not count:
            return Distribution()
        ordered = sorted(self.counts.items())
        total = sum(value * times for value, times in ordered)
        median, p5, p95 = (self._percentile(ordered, count, share) for share in (0.5, 0.05, 0.95))
        return Distribution(
            total=total,
            min=ordered[0][0],
            max=ordered[-1][0],
            mean=round(total / count, 4),
            median=median,
            p5=p5,
            p95=p95,
        )

    @staticmethod
    def _percentile(ordered: list[tuple[int, int]], count: int, share: float) -> float:
        place = share * (count - 1)
        below, seen = math.floor(place), 0
        low: int | None = None
        for value, times in ordered:
            seen += times
            if low is None and seen > below:
                low = value
            if low is not None and seen > min(below + 1, count - 1):
                return round(low + (value - low) * (place - below), 4)
        return float(ordered[-1][0])

    def bars(self, most: int) -> list[tuple[int, int, int]]:
        """(from, to, how many) for up to `most` ranges of equal width."""
        if not self.counts:
            return []
        low, high = min(self.counts), max(self.counts)
        width = max(math.ceil((high - low + 1) / most), 1)
        sums: Counter[int] = Counter()
        for value, times in self.counts.items():
            sums[(value - low) // width] += times
        return [
            (low + n * width, min(low + (n + 1) * width - 1, high), sums[n])
            for n in range((high - low) // width + 1)
        ]
