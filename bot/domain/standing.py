"""How the answers of models were taken by people: counts for each day and model, no words, no names."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
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


def counted(verdicts: Iterable[Feedback]) -> Votes:
    """The verdicts on one reply, one per user."""
    given = list(verdicts)
    up = sum(1 for each in given if each.rating is Rating.UP)
    corrections = sum(1 for each in given if each.correction is not None)
    return Votes(up, len(given) - up, corrections)


def day_of(seconds: float) -> str:
    """The day (UTC) of a time in seconds since the epoch, as 2026-11-22."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat()
