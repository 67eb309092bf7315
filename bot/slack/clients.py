"""The Web API clients of each workspace: one that waits out rate limits, one that does not.

Made by `bootstrap`; everything that calls Slack asks here for the workspace it speaks to.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from slack_sdk.errors import SlackClientError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SurfaceRefused
from bot.slack.tokens import Tokens


class NotInstalled(SurfaceRefused, SlackClientError):
    """Raised where the workspace has not installed the app (any more)."""


class Clients(Protocol):
    """Raises NotInstalled where the workspace has not installed the app (any more)."""

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


@dataclass(frozen=True)
class InstalledClients:
    """`Clients` of many installations: each workspace's own token, read anew at every call.

    The database is asked each time, so that what is uninstalled or refreshed counts at once.
    """

    tokens: Tokens
    patient: Callable[[str], AsyncWebClient]
    impatient: Callable[[str], AsyncWebClient]

    async def of(self, team: str) -> AsyncWebClient:
        """With the workspace's current token."""
        return self.patient(await self._token(team))

    async def hasty(self, team: str) -> AsyncWebClient:
        """With the workspace's current token."""
        return self.impatient(await self._token(team))

    async def _token(self, team: str) -> str:
        found = await self.tokens.current(team)
        if found is None or not found.bot_token:
            raise NotInstalled(f"the app is not installed in {team}")
        return found.bot_token
