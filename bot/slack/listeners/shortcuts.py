"""Message shortcuts: correct any reply from its menu."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.listeners.feedback import open_correction, reply_shown
from bot.slack.services import Services


class Shortcuts:
    """Listeners of shortcuts."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def correct_reply(
        self,
        ack: AsyncAck,
        body: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the correction modal for the message whose menu was used."""
        team = str(context.team_id)
        reply = await reply_shown(self._services, team, body["channel"]["id"], body["message"])
        await open_correction(
            self._services, client, body["trigger_id"], team, reply, str(context.user_id)
        )
        await ack()
