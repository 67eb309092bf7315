"""Messages become turns.

A turn is in Redis, and its task queued, before the listener returns and Slack gets its 200. One
message arrives several times (retries; `app_mention` and `message`): the turn's id is the same.
"""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.conversation import Turn
from bot.slack.listeners.deliveries import known, remember
from bot.slack.services import Services
from bot.slack.team import team_of
from bot.slack.text import mentions, plain

# Messages of these subtypes are written by a person and read like any other.
_SPOKEN = {None, "file_share", "thread_broadcast"}


class Messages:
    """Listeners of what people write."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def message(self, body: Mapping[str, Any], context: AsyncBoltContext) -> None:
        """Accept a message if it is addressed to the bot."""
        if await known(self._services, body, context):
            return
        team = team_of(context)
        turn = await self._addressed(team, body["event"], str(context.bot_user_id))
        if turn is not None and await self._services.turns.accept(turn):
            await self._services.tasks.answer(turn)
        await remember(self._services, body, context)

    async def _addressed(self, team: str, event: Mapping[str, Any], bot_user: str) -> Turn | None:
        user, text = event.get("user"), event.get("text") or ""
        if not user or event.get("bot_id") or event.get("subtype") not in _SPOKEN:
            return None
        direct = event.get("channel_type") == "im"
        thread_ts = event.get("thread_ts") or event["ts"]
        called = direct or event["type"] == "app_mention" or mentions(text, bot_user)
        if not called and not await self._services.turns.knows_thread(
            team, event["channel"], thread_ts
        ):
            return None
        return Turn(
            team=team,
            channel=event["channel"],
            ts=event["ts"],
            thread_ts=thread_ts,
            user=user,
            text=plain(text, bot_user),
            direct=direct,
        )
