"""What a difference between two models on the same cases is worth: interval and p.

The paired bootstrap draws whole cases anew; McNemar's test counts the cases on which they differ.
"""

from collections.abc import Sequence
from math import exp, inf, lgamma, log, sqrt
from typing import NamedTuple

RESAMPLES = 10_000
FEWEST = 1_000
DRAWS = 100_000_000  # of cases in all; more cases than 10,000 get fewer resamples
AT_ONCE = 2_000_000  # draws in memory: 16 MB
SHARE = 0.95
NORMAL = 1.959964  # standard errors on either side that hold this share


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


def lowest_difference(gained: int, lost: int, total: int) -> float:
    """The lower end of Tango's 95 % score interval for the difference of two paired shares (1998).

    Unlike the bootstrap's it is below zero where no case was lost: three cases prove little.
    """
    low, high = -1.0, (gained - lost) / total
    for _ in range(40):  # halves the interval; the score falls as the difference grows
        middle = (low + high) / 2
        low, high = (
            (middle, high) if _score(gained, lost, total, middle) > NORMAL else (low, middle)
        )
    return low


def _score(gained: int, lost: int, total: int, difference: float) -> float:
    """How many standard errors the counts lie above a true `difference`, by restricted likelihood."""
    b = (2 * total - gained + lost) * difference - gained - lost
    c = -lost * difference * (1 - difference)
    share = (sqrt(max(0.0, b * b - 8 * total * c)) - b) / (4 * total)
    variance = total * (2 * share + difference * (1 - difference))
    return (gained - lost - total * difference) / sqrt(variance) if variance > 0 else inf


def mcnemar(gained: int, lost: int) -> float:
    """Exact, two-sided: the chance of a split at least this uneven, were both models equal."""
    total, more = gained + lost, max(gained, lost)
    if total == 0:
        return 1.0
    whole = lgamma(total + 1) - total * log(2)
    tail = sum(exp(whole - lgamma(k + 1) - lgamma(total - k + 1)) for k in range(more, total + 1))
    return min(1.0, 2 * tail)
