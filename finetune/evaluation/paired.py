"""What a difference between two models on the same cases is worth: interval and p.

The paired bootstrap draws whole cases anew; McNemar's test counts the cases on which they differ.
"""

from collections.abc import Sequence
from math import exp, lgamma, log
from typing import NamedTuple

RESAMPLES = 10_000
FEWEST = 1_000
DRAWS = 100_000_000  # of cases in all; more cases than 10,000 get fewer resamples
AT_ONCE = 2_000_000  # draws in memory: 16 MB
SHARE = 0.95


class Interval(NamedTuple):
    """Of a mean difference; `p` is two-sided, by the same resamples."""

    low: float
    high: float
    p: float


def bootstrap(differences: Sequence[Sequence[float]], seed: int = 0) -> list[Interval]:
    """For each metric's differences case by case, all of one length: its 95 % interval.

    The percentiles of the means of `RESAMPLES` samples drawn with replacement; the same resamples
    for every metric, and the same result for the same seed. Needs at least one case.
    """
    import numpy as np

    rows = np.asarray(differences, dtype=float).T  # cases by metrics
    cases = len(rows)
    resamples = min(RESAMPLES, max(FEWEST, DRAWS // cases))
    block = max(1, AT_ONCE // cases)
    dice = np.random.default_rng(seed)
    means = np.empty((resamples, rows.shape[1]))
    for start in range(0, resamples, block):
        size = min(block, resamples - start)
        drawn = dice.integers(0, cases, (size, cases)) + np.arange(size)[:, None] * cases
        times = np.bincount(drawn.ravel(), minlength=size * cases).reshape(size, cases)
        means[start : start + size] = times @ rows / cases  # how often each case was drawn
    low, high = np.quantile(means, [(1 - SHARE) / 2, (1 + SHARE) / 2], axis=0)
    tails = np.minimum((means <= 0).sum(axis=0), (means >= 0).sum(axis=0))
    chances = np.minimum(1.0, 2 * (tails + 1) / (resamples + 1))
    return [Interval(*map(float, found)) for found in zip(low, high, chances, strict=True)]


def mcnemar(gained: int, lost: int) -> float:
    """Exact, two-sided: the chance of a split at least this uneven, were both models equal."""
    total, more = gained + lost, max(gained, lost)
    if total == 0:
        return 1.0
    whole = lgamma(total + 1) - total * log(2)
    tail = sum(exp(whole - lgamma(k + 1) - lgamma(total - k + 1)) for k in range(more, total + 1))
    return min(1.0, 2 * tail)
