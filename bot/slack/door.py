"""How Slack and the bot reach each other: Bolt for what comes in, clients for what goes out.

Made by `bootstrap`, once for one workspace or once for all that install the app.
"""

import asyncio
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.bolt import OAuth, many_workspaces, one_workspace
from bot.slack.clients import Clients, InstalledClients, OneWorkspace
from bot.slack.installation import Installations, owner_of
from bot.slack.ourselves import OwnAuthorize
from bot.slack.retries import MAKES_A_MESSAGE, RepeatableServerErrors
from bot.slack.tokens import InstalledAuthorize, Tokens
from bot.slack.transport import WebClient

# Seconds for one call; a session of aiohttp would wait five minutes.
TIMEOUT = aiohttp.ClientTimeout(total=30, sock_connect=5)
HASTE = 4.0  # seconds, where somebody waits and there is another way


@dataclass(frozen=True)
class Door:
    """`installations` is None where the app is installed once, by its token."""

    bolt: AsyncApp
    authorize: AsyncAuthorize
    clients: Clients
    installations: Installations | None = None
    ourselves: OwnAuthorize | None = None

    async def open(self) -> None:
        """Before the first delivery: learn who we are, where that is not kept."""
        if self.ourselves is not None:
            await self.ourselves.learn()

    @property
    def only_team(self) -> str | None:
        """The one workspace, where there is one and Slack has said which."""
        known = self.ourselves.known if self.ourselves else None
        return known.team if known else None

    async def owner(self, team: str, enterprise: str) -> str:
        """Whose installation a member of this workspace works with; empty where there is none.

        Raises SurfaceUnavailable while Slack has not said which workspace our one token is for.
        """
        if self.ourselves is not None:
            return team if team and await self.ourselves.team() == team else ""
        if self.installations is None:
            return ""
        found = await self.installations.async_find_installation(
            enterprise_id=enterprise or None, team_id=team or None
        )
        if found is None:
            return ""
        return owner_of(found.enterprise_id, found.team_id, whole=found.is_enterprise_install)

    async def installer(self, team: str) -> str:
        """Who installed the app in this workspace; empty where nobody is known for it."""
        return "" if self.installations is None else await self.installations.installer(team)

    async def installed(self, team: str) -> bool:
        """Whether the bot may speak there."""
        return self.installations is None or await self.installations.of(team) is not None


class HastyClient(WebClient):
    """Waits `HASTE` for an answer; the SDK's own timeout does not hold for a session it is given."""

    async def api_call(self, api_method: str, **options: Any) -> AsyncSlackResponse:
        """Raises TimeoutError. Of a new message, whether it stands must not be left open so soon."""
        async with asyncio.timeout(None if api_method in MAKES_A_MESSAGE else HASTE):
            return await super().api_call(api_method, **options)


@dataclass(frozen=True)
class Lines:
    """Makes Web API clients over one connection pool."""

    base_url: str
    session: aiohttp.ClientSession

    def patient(self, token: str | None) -> AsyncWebClient:
        """Waits where Slack says so, and tries again."""
        retries = [
            AsyncRateLimitErrorRetryHandler(max_retry_count=3),
            RepeatableServerErrors(max_retry_count=3),
        ]
        return WebClient(
            token=token, base_url=self.base_url, session=self.session, retry_handlers=retries
        )

    def impatient(self, token: str | None) -> AsyncWebClient:
        """Fails at once."""
        return HastyClient(
            token=token, base_url=self.base_url, session=self.session, retry_handlers=[]
        )


def door_of_one(lines: Lines, token: str, secret: str) -> Door:
    """The installation whose token is known from the start."""
    hasty = lines.impatient(token)
    authorize = OwnAuthorize(hasty)
    return Door(
        bolt=one_workspace(lines.patient(None), secret, authorize),
        authorize=authorize,
        clients=OneWorkspace(lines.patient(token), hasty),
        ourselves=authorize,
    )


def door_of_many(lines: Lines, secret: str, oauth: OAuth, installations: Installations) -> Door:
    """Every workspace that goes through the install page."""
    client = lines.patient(None)
    rotator = AsyncTokenRotator(
        client_id=oauth.client_id, client_secret=oauth.client_secret, client=client
    )
    tokens = Tokens(installations, rotator)
    authorize = InstalledAuthorize(tokens)
    return Door(
        bolt=many_workspaces(client, secret, oauth, installations, authorize),
        authorize=authorize,
        clients=InstalledClients(tokens, lines.patient, lines.impatient),
        installations=installations,
    )
