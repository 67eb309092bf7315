"""How the answers of models were taken by people: counts for each day and model, no words, no names."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from math import sqrt
from typing import NamedTuple

from bot.domain.feedback import Feedback, Rating
from finetune import Frozen


class Votes(NamedTuple):
    """Verdicts that count; a correction is one of the 👎, too, where it was given with one."""

    up: int = 0
    down: int = 0
    corrections: int = 0


class Daily(Frozen):
    """What became of the answers that one model gave on one day (UTC), whenever people voted."""

    day: date
    model: str
    answers: int = 0
    up: int = 0
    down: int = 0
    corrections: int = 0


class Interval(NamedTuple):
    """Where a share lies with 95 % confidence."""

    low: float
    high: float


class Total(NamedTuple):
    """Sums over days; `rate` is the share of 👍 in all votes, `correction_rate` that of answers."""

    answers: int = 0
    up: int = 0
    down: int = 0
    corrections: int = 0

    @property
    def votes(self) -> int:
        """Of both kinds."""
        return self.up + self.down

    @property
    def rate(self) -> float | None:
        """None without votes."""
        return self.up / self.votes if self.votes else None

    @property
    def interval(self) -> Interval | None:
        """Of `rate`."""
        return wilson(self.up, self.votes) if self.votes else None

    @property
    def correction_rate(self) -> float | None:
        """None without answers; more than one person may correct an answer, so at most 1."""
        return min(self.corrections / self.answers, 1.0) if self.answers else None


def total(rows: Iterable[Daily]) -> Total:
    """The sums."""
    found = list(rows)
    return Total(*(sum(getattr(row, kind) for row in found) for kind in Total._fields))


Z = 1.959964  # of the normal distribution: 95 % lie within


def wilson(hits: int, of: int) -> Interval:
    """Wilson's score interval for a share, which is honest for few cases, too (Wilson, 1927)."""
    share, square = hits / of, Z * Z / of
    middle = (share + square / 2) / (1 + square)
    reach = Z / (1 + square) * sqrt(share * (1 - share) / of + square / of / 4)
    return Interval(max(middle - reach, 0.0), min(middle + reach, 1.0))


def counted(verdicts: Iterable[Feedback]) -> Votes:
    """The verdicts on one reply, one per user."""
    given = list(verdicts)
    up = sum(1 for each in given if each.rating is Rating.UP)
    corrections = sum(1 for each in given if each.correction is not None)
    return Votes(up, len(given) - up, corrections)


def day_of(seconds: float) -> str:
    """The day (UTC) of a time in seconds since the epoch, as 2026-11-22."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
