"""The Web API clients of each workspace: one that waits out rate limits, one that does not.

Made by `bootstrap.py`; everything that calls Slack asks here for the workspace it speaks to.
"""

from dataclasses import dataclass
from typing import Protocol

from slack_sdk.web.async_client import AsyncWebClient


class Clients(Protocol):
    """Raises SurfaceRefused where the workspace has not installed the app (any more)."""

    async def of(self, team: str) -> AsyncWebClient:
        """Waits and tries again where Slack says so."""
        ...

    async def hasty(self, team: str) -> AsyncWebClient:
        """Fails at once, for what has another way."""
        ...


@dataclass(frozen=True)
class OneWorkspace:
    """`Clients` of a single installation: the bot token of the settings."""

    patient: AsyncWebClient
    impatient: AsyncWebClient

    async def of(self, team: str) -> AsyncWebClient:  # noqa: ARG002
        """The same for every team."""
        return self.patient

    async def hasty(self, team: str) -> AsyncWebClient:  # noqa: ARG002
        """The same for every team."""
        return self.impatient
