"""Events: messages become turns, reactions become votes, an opened Home is drawn.

A turn is in Redis, and its task queued, before the listener returns and Slack gets its 200. One
message arrives several times (retries; `app_mention` and `message`): the turn's id is the same.
"""

import time
from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Turn
from bot.domain.feedback import Feedback, Rating
from bot.slack.home import publish
from bot.slack.listeners.feedback import reply_shown
from bot.slack.services import Services
from bot.slack.text import mentions, plain

# Messages of these subtypes are written by a person and read like any other.
_SPOKEN = {None, "file_share", "thread_broadcast"}
_THUMBS = {"+1": Rating.UP, "thumbsup": Rating.UP, "-1": Rating.DOWN, "thumbsdown": Rating.DOWN}


class Events:
    """Listeners of the Events API."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def message(self, body: Mapping[str, Any], context: AsyncBoltContext) -> None:
        """Accept a message if it is addressed to the bot."""
        team, event_id = str(context.team_id), str(body.get("event_id", ""))
        deliveries = self._services.deliveries
        if event_id and await deliveries.seen(team, event_id):
            return
        turn = await self._addressed(team, body["event"], str(context.bot_user_id))
        if turn is not None and await self._services.turns.accept(turn):
            await self._services.tasks.answer(turn)
        if event_id:
            await deliveries.remember(team, event_id)

    async def reaction_added(
        self, event: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """👍 and 👎 in any skin tone are votes."""
        found = await self._vote(event, context, client)
        if found is None:
            return
        team, reply_id, rating = found
        feedback = Feedback(
            reply_id=reply_id,
            user=event["user"],
            rating=rating,
            given_by="reaction",
            at=time.time(),
        )
        await self._services.verdicts.put(team, feedback)
        await self._services.tasks.curate(team, reply_id, event["user"])

    async def reaction_removed(
        self, event: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Taking the reaction back takes back the vote that was given by it."""
        found = await self._vote(event, context, client)
        if found is None:
            return
        team, reply_id, rating = found
        for given in await self._services.verdicts.of_reply(team, reply_id):
            same = given.user == event["user"] and given.rating is rating
            if same and given.given_by == "reaction":
                await self._services.verdicts.take_back(team, reply_id, given.user)
                await self._services.tasks.curate(team, reply_id, given.user)

    async def home_opened(
        self, event: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Draw App Home for this user."""
        if event.get("tab") == "home":
            await publish(self._services, client, str(context.team_id), event["user"])

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

    async def _vote(
        self, event: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> tuple[str, str, Rating] | None:
        rating = _THUMBS.get(str(event["reaction"]).split("::")[0])
        item = event["item"]
        ours = event.get("item_user") == context.bot_user_id
        if rating is None or not ours or item.get("type") != "message":
            return None
        team = str(context.team_id)
        reply = await reply_shown(self._services, team, item["channel"], item)
        if reply is None:
            page = await client.conversations_replies(
                channel=item["channel"], ts=item["ts"], include_all_metadata=True
            )
            found = [message for message in page["messages"] if message["ts"] == item["ts"]]
            if found:
                reply = await reply_shown(self._services, team, item["channel"], found[0])
        return None if reply is None else (team, reply.reply_id, rating)
