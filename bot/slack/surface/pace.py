"""How often a method of Slack's may be called in one workspace; told by Slack, kept per process."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from slack_sdk.errors import SlackApiError


@dataclass(frozen=True)
class Pace:
    """One call per `interval` seconds and workspace. Asked before calls that may also be left out."""

    interval: float
    clock: Callable[[], float] = time.monotonic
    _free: dict[str, float] = field(default_factory=dict)

    def take(self, team: str) -> bool:
        """Whether a call may be made now; the next one may be an interval later."""
        now = self.clock()
        if now < self._free.get(team, 0.0):
            return False
        self._free[team] = now + self.interval
        return True

    def hold(self, team: str, seconds: float) -> None:
        """Slack wants no more calls for so long."""
        self._free[team] = self.clock() + max(seconds, self.interval)


def wait_of(error: Exception) -> float | None:
    """The seconds that Slack wants us to wait; None for an error that is no rate limit."""
    if not isinstance(error, SlackApiError) or error.response.get("error") != "ratelimited":
        return None
    headers = {str(name).lower(): value for name, value in error.response.headers.items()}
    try:
        return float(headers.get("retry-after", 1))
    except (TypeError, ValueError):
        return 1.0
