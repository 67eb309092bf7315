"""Messages become turns.

A turn is in Redis, and its task queued, before the listener returns and Slack gets its 200. One
message arrives several times (retries; `app_mention` and `message`): the turn's id is the same.
"""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.listeners import latecomers, second_thoughts
from bot.slack.listeners.addressing import me_of
from bot.slack.listeners.deliveries import known, remember
from bot.slack.services import Services
from bot.slack.team import team_of


class Messages:
    """Listeners of what people write, change and delete."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def message(self, body: Mapping[str, Any], context: AsyncBoltContext) -> None:
        """Accept a message if it is addressed to the bot."""
        if await known(self._services, body, context):
            return
        team, event, me = team_of(context), body["event"], me_of(body, context)
        match event.get("subtype"):
            case "message_changed":
                await second_thoughts.changed(self._services, team, event, me)
            case "message_deleted":
                await second_thoughts.deleted(self._services, team, event, me)
            case _:
                await latecomers.take(self._services, team, event, me)
        await remember(self._services, body, context)
