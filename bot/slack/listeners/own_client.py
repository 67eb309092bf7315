"""Gives listeners our own Web API client in place of the SDK's plain one, which Bolt makes.

Ours takes for trouble on the way what a gateway says in plain text (`transport.py`), and posts
nothing twice (`retries.py`).
"""

from collections.abc import Awaitable, Callable
from contextlib import suppress

from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.clients import NotInstalled
from bot.slack.services import Services
from bot.slack.team import team_of


class OwnClient:
    """Middleware for every listener."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def give(
        self,
        context: AsyncBoltContext,
        next_: Callable[[], Awaitable[None]],
    ) -> None:
        """Bolt's own stays where the workspace has just removed the app."""
        with suppress(NotInstalled):
            context["client"] = await self._services.clients.of(team_of(context))
        await next_()
