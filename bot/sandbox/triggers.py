"""Trigger ids: a person's click lets the app open one view, once, within 3 seconds.

Issued by `interactions.py`, used by `views.open` and `views.push`; kept in memory, since none outlives a restart.
"""

import secrets
import time

from bot.sandbox.errors import SlackRefusal


class Triggers:
    """Issued ids with their owner; a used or old one is refused as Slack refuses it."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._issued: dict[str, tuple[str, float]] = {}
        self._used: set[str] = set()

    def issue(self, user: str) -> str:
        trigger_id = (
            f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        )
        self._issued[trigger_id] = (user, time.monotonic())
        return trigger_id

    def use(self, trigger_id: str) -> str:
        """The person who clicked. Raises SlackRefusal where the id is unknown, old or was used."""
        if trigger_id in self._used:
            raise SlackRefusal("exchanged_trigger_id")
        if trigger_id not in self._issued:
            raise SlackRefusal("invalid_trigger_id")
        user, issued = self._issued[trigger_id]
        if time.monotonic() - issued > self._seconds:
            raise SlackRefusal("expired_trigger_id")
        self._used.add(trigger_id)
        return user
