"""Events: messages become turns, reactions become votes, an opened Home is drawn.

A turn is in Redis, and its task queued, before the listener returns and Slack gets its 200. One
message arrives several times (retries; `app_mention` and `message`): the turn's id is the same.
"""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Reply, Turn
from bot.domain.feedback import Feedback, Rating
from bot.slack.home import publish
from bot.slack.listeners.feedback import earlier, reply_shown, vote
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
        if await self._known(body, context):
            return
        team = str(context.team_id)
        turn = await self._addressed(team, body["event"], str(context.bot_user_id))
        if turn is not None and await self._services.turns.accept(turn):
            await self._services.tasks.answer(turn)
        await self._remember(body, context)

    async def reaction_added(
        self, body: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """👍 and 👎 in any skin tone are votes."""
        if await self._known(body, context):
            return
        team, given = str(context.team_id), await self._vote(body["event"], context, client)
        if given is not None:
            taken_back = await self._services.verdicts.taken_back(team, given.reply_id, given.user)
            if taken_back < given.at:  # Slack may deliver the addition after the removal
                await vote(self._services, team, given)
        await self._remember(body, context)

    async def reaction_removed(
        self, body: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Taking the reaction back takes back the vote that was given by it."""
        if await self._known(body, context):
            return
        team, gone = str(context.team_id), await self._vote(body["event"], context, client)
        if gone is not None:
            before = await earlier(self._services, team, gone.reply_id, gone.user)
            standing = before is not None and before.rating is gone.rating
            if before is None or (standing and before.given_by == "reaction"):
                await self._services.verdicts.take_back(team, gone.reply_id, gone.user, gone.at)
                await self._services.tasks.curate(team, gone.reply_id, gone.user)
        await self._remember(body, context)

    async def home_opened(
        self, event: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Draw App Home for this user."""
        if event.get("tab") == "home":
            await publish(self._services, client, str(context.team_id), event["user"])

    async def _known(self, body: Mapping[str, Any], context: AsyncBoltContext) -> bool:
        """Whether this very delivery was taken over already."""
        return await self._services.deliveries.seen(str(context.team_id), _id(body))

    async def _remember(self, body: Mapping[str, Any], context: AsyncBoltContext) -> None:
        await self._services.deliveries.remember(str(context.team_id), _id(body))

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
    ) -> Feedback | None:
        """The vote that a reaction is, if it is one and stands at a reply."""
        rating = _THUMBS.get(str(event["reaction"]).split("::")[0])
        item = event["item"]
        ours = event.get("item_user") == context.bot_user_id
        if rating is None or not ours or item.get("type") != "message":
            return None
        reply = await self._reply(str(context.team_id), item, client)
        if reply is None:
            return None
        return Feedback(
            reply_id=reply.reply_id,
            user=event["user"],
            rating=rating,
            given_by="reaction",
            at=float(event["event_ts"]),
        )

    async def _reply(
        self, team: str, item: Mapping[str, Any], client: AsyncWebClient
    ) -> Reply | None:
        reply = await reply_shown(self._services, team, item["channel"], item)
        if reply is not None:
            return reply
        page = await client.conversations_replies(
            channel=item["channel"], ts=item["ts"], include_all_metadata=True
        )
        found = next((m for m in page["messages"] if m["ts"] == item["ts"]), None)
        return found and await reply_shown(self._services, team, item["channel"], found)


def _id(body: Mapping[str, Any]) -> str:
    """What names a delivery and its retries; Slack's event id wherever there is one."""
    event = body["event"]
    return str(body.get("event_id") or f"{event['type']}-{event.get('event_ts')}")
