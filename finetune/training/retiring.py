"""Models that their provider will shut down: how soon, and at which distance people are told.

Asked once a day by the bot, from the provider's list of models.
"""

import time
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Protocol

from finetune.dataset.example import Frozen

DAYS_AHEAD = (60, 30, 14, 7, 1)  # days before the end at which people are told
DAY = 86_400.0
_MILLISECONDS = 100_000_000_000.0  # a larger number counts them: as seconds it is the year 5138
_YEAR_2000 = 946_684_800.0  # a smaller number is no date of our time


class Retiring(Frozen):
    """A model with the time of its end, in seconds since the epoch."""

    model: str
    at: float

    def days_left(self, now: float) -> int:
        """Whole days; negative when it is over."""
        return int((self.at - now) // DAY)

    def threshold(self, now: float) -> int | None:
        """The nearest of DAYS_AHEAD that has been reached; 0 when it is over, None when far off."""
        left = (self.at - now) / DAY
        if left <= 0:
            return 0
        return min((days for days in DAYS_AHEAD if left <= days), default=None)


class ModelListing(Protocol):
    """The provider's list of models. Raises ProviderError, ProviderUnavailable."""

    async def shutdowns(self) -> Mapping[str, float]:
        """When models end, by name; those without a date are left out."""
        ...


def retiring(models: Iterable[str], shutdowns: Mapping[str, float]) -> list[Retiring]:
    """Those of `models` that end, the first to end first; a tuned model ends with its base."""
    found = {}
    for model in models:
        base = model.removeprefix("ft:").split(":")[0]
        dates = [shutdowns[name] for name in (model, base) if name in shutdowns]
        if dates:
            found[model] = min(dates)
    return [Retiring(model=model, at=at) for model, at in sorted(found.items(), key=lambda e: e[1])]


def shutdown_time(value: object) -> float | None:
    """Seconds since the epoch, from a number of them (or of milliseconds) or from ISO text.

    None for anything else.
    """
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        seconds = value / 1000 if value >= _MILLISECONDS else float(value)
        return seconds if seconds > _YEAR_2000 else None
    if not isinstance(value, str):
        return None
    try:
        return shutdown_time(float(value))
    except ValueError:
        pass
    try:
        found = datetime.fromisoformat(value.strip())
    except ValueError:
        return None
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


class KnownShutdowns:
    """Remembers the list for a day, so that whoever draws a page need not wait for the provider."""

    def __init__(self, listing: ModelListing) -> None:
        self._listing = listing
        self._known: Mapping[str, float] = {}
        self._until = 0.0

    async def refresh(self) -> Mapping[str, float]:
        """Ask, unless that was done within the last day. Raises as the listing does."""
        if time.monotonic() >= self._until or not self._until:
            self._known = await self._listing.shutdowns()
            self._until = time.monotonic() + DAY
        return self._known

    def known(self) -> Mapping[str, float]:
        """What was answered last."""
        return self._known
