"""The app was removed from a workspace, or its token taken back: nothing of it is usable any more.

The installation and its tokens go at once. What the workspace taught stays until RETENTION_DAYS
are over, so that a mistake is mended by installing again; then a task removes it.
"""

import time
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.services import Services
from bot.slack.team import team_of

log = structlog.get_logger(__name__)


class Departures:
    """Listeners of what ends an installation. Slack may send both events, in any order."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def uninstalled(self, body: Mapping[str, Any], context: AsyncBoltContext) -> None:
        """The app was removed."""
        await self._purge(body, team_of(context))

    async def tokens_revoked(self, body: Mapping[str, Any], context: AsyncBoltContext) -> None:
        """A bot's token was revoked; those of people are none of ours."""
        tokens = (body.get("event") or {}).get("tokens") or {}
        if tokens.get("bot"):
            await self._purge(body, team_of(context))

    async def _purge(self, body: Mapping[str, Any], team: str) -> None:
        installations = self._services.installations
        if installations is None:
            log.warning("uninstalled", team=team, advice="install the app, set SLACK_BOT_TOKEN")
        elif await installations.forget(team, float(body.get("event_time") or time.time())):
            await self._services.tasks.remove_workspace(team)
