"""How the answers of models were taken."""

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from bot.domain.standing import Daily


class Standing(Protocol):
    """Counts that are kept with the replies and the verdicts themselves, never apart from them."""

    async def daily(self, team: str, since: date) -> Sequence[Daily]:
        """For each day and model that has any, by day; the last day is today (UTC).

        What was forgotten on request is taken out, what only expired stays counted.
        """
        ...
