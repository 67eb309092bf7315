"""What each movement of the champion changed in real use; pure, from the counts per model and day."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from bot.domain.standing import Daily, Total, total
from finetune import ModelVersion

WINDOW = timedelta(days=28)
ENOUGH = 20  # votes, from which on a share is worth an interval


class Side(NamedTuple):
    """The answers of the days before or after."""

    total: Total
    first: date
    last: date

    @property
    def enough(self) -> bool:
        """Whether there are votes enough to judge by."""
        return self.total.votes >= ENOUGH


class Effect(NamedTuple):
    """One movement, what people thought of whoever answered before, and of this model after."""

    move: ModelVersion
    before: Side
    after: Side

    @property
    def verdict(self) -> str:
        """better, worse where the intervals lie apart; else unclear."""
        old, new = self.before.total.interval, self.after.total.interval
        if old is None or new is None or not (self.before.enough and self.after.enough):
            return "unclear"
        if new.low > old.high:
            return "better"
        return "worse" if new.high < old.low else "unclear"


def day_at(seconds: float) -> date:
    """The day (UTC)."""
    return datetime.fromtimestamp(seconds, UTC).date()


def effects(history: Sequence[ModelVersion], daily: Sequence[Daily], today: date) -> list[Effect]:
    """`history` newest first, and so is what comes back.

    The models keep apart by name the answers of the day on which one took over from the other.
    """
    found = []
    for place, move in enumerate(history):
        at = day_at(move.at)
        until = day_at(history[place - 1].at) if place else today
        since = day_at(history[place + 1].at) if place + 1 < len(history) else at - WINDOW
        first, last = max(since, at - WINDOW), min(until, at + WINDOW)
        before = [d for d in daily if first <= d.day <= at and d.model != move.model]
        after = [d for d in daily if at <= d.day <= last and d.model == move.model]
        found.append(Effect(move, Side(total(before), first, at), Side(total(after), at, last)))
    return found
