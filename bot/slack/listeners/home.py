"""App Home: drawn when it is opened."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.home import publish
from bot.slack.services import Services
from bot.slack.team import team_of


class Home:
    """Listeners of App Home."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def opened(
        self, event: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Draw App Home for this user."""
        if event.get("tab") == "home":
            await publish(self._services, client, team_of(context), event["user"])

    async def queue_opened(self, ack: AsyncAck) -> None:
        """A link button was pressed; the browser does the rest."""
        await ack()
