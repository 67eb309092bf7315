"""Reactions become votes, and are taken back with them."""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Reply
from bot.domain.feedback import Feedback, Rating
from bot.slack.listeners.deliveries import known, remember
from bot.slack.listeners.feedback import earlier, reply_shown, vote
from bot.slack.services import Services
from bot.slack.team import team_of

_THUMBS = {"+1": Rating.UP, "thumbsup": Rating.UP, "-1": Rating.DOWN, "thumbsdown": Rating.DOWN}


class Reactions:
    """Listeners of reactions."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def reaction_added(
        self, body: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """👍 and 👎 in any skin tone are votes."""
        if await known(self._services, body, context):
            return
        team, given = team_of(context), await self._vote(body["event"], context, client)
        if given is not None:
            taken_back = await self._services.verdicts.taken_back(team, given.reply_id, given.user)
            if taken_back < given.at:  # Slack may deliver the addition after the removal
                await vote(self._services, team, given)
        await remember(self._services, body, context)

    async def reaction_removed(
        self, body: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Taking the reaction back takes back the vote that was given by it."""
        if await known(self._services, body, context):
            return
        team, gone = team_of(context), await self._vote(body["event"], context, client)
        if gone is not None:
            before = await earlier(self._services, team, gone.reply_id, gone.user)
            standing = before is not None and before.rating is gone.rating
            if before is None or (standing and before.given_by == "reaction"):
                await self._services.verdicts.take_back(team, gone.reply_id, gone.user, gone.at)
                await self._services.tasks.curate(team, gone.reply_id, gone.user)
        await remember(self._services, body, context)

    async def _vote(
        self, event: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> Feedback | None:
        """The vote that a reaction is, if it is one and stands at a reply."""
        rating = _THUMBS.get(str(event["reaction"]).split("::")[0])
        item = event["item"]
        ours = event.get("item_user") == context.bot_user_id
        if rating is None or not ours or item.get("type") != "message":
            return None
        reply = await self._reply(team_of(context), item, client)
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
