"""Trigger ids: a person's click lets the app open one view, once, within 3 seconds.

Issued by `interactions.py`, used by `views.open` and `views.push`; kept in memory, since none outlives a restart.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.errors import SlackRefusal

REMEMBERED = 300.0  # seconds after which a late or second use is refused as that of an unknown id


@dataclass
class _Issued:
    user: str
    at: float
    used: bool = False


class Triggers:
    """Issued ids with their owner; a used or old one is refused as Slack refuses it."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self._seconds = seconds
        self._clock = clock
        self._issued: dict[str, _Issued] = {}

    def issue(self, user: str) -> str:
        now = self._clock()
        self._issued = {
            trigger_id: each
            for trigger_id, each in self._issued.items()
            if now - each.at < self._seconds + REMEMBERED
        }
        trigger_id = (
            f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        )
        self._issued[trigger_id] = _Issued(user, now)
        return trigger_id

    def use(self, trigger_id: str) -> str:
        """The person who clicked. Raises SlackRefusal where the id is unknown, old or was used."""
        issued = self._issued.get(trigger_id)
        if issued is None:
            raise SlackRefusal("invalid_trigger_id")
        if issued.used:
            raise SlackRefusal("exchanged_trigger_id")
        if self._clock() - issued.at > self._seconds:
            raise SlackRefusal("expired_trigger_id")
        issued.used = True
        return issued.user
