"""Reactions become votes, and are taken back with them."""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Reply
from bot.domain.feedback import Feedback, Rating
from bot.domain.voting import Act, gave
from bot.errors import SurfaceUnavailable
from bot.slack.listeners.deliveries import known, remember
from bot.slack.listeners.feedback import Objection, objection, record, reply_shown
from bot.slack.services import Services
from bot.slack.team import team_of
from bot.slack.trouble import for_good

log = structlog.get_logger(__name__)

_THUMBS = {"+1": "+1", "thumbsup": "+1", "-1": "-1", "thumbsdown": "-1"}
_RATINGS = {"+1": Rating.UP, "-1": Rating.DOWN}


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
        given = await self._vote(body["event"], context, client)
        if given is not None and await self._may(team_of(context), given):
            await record(self._services, team_of(context), gave(given))
        await remember(self._services, body, context)

    async def reaction_removed(
        self, body: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> None:
        """Taking the reaction back takes back the vote that was given by it."""
        if await known(self._services, body, context):
            return
        gone = await self._vote(body["event"], context, client)
        if gone is not None and await self._was_said(team_of(context), gone):
            taken = Act(reply_id=gone.reply_id, user=gone.user, at=gone.at, taken=gone.origin)
            await record(self._services, team_of(context), taken)
        await remember(self._services, body, context)

    async def _was_said(self, team: str, gone: Feedback) -> bool:
        """Of who wants nothing stored, nothing is: not even that they took something back."""
        if not (await self._services.preferences.person(team, gone.user)).opted_out:
            return True
        return await self._services.verdicts.acted(team, gone.reply_id, gone.user)

    async def _may(self, team: str, given: Feedback) -> bool:
        """Whether it counts. SurfaceUnavailable lets Slack deliver the reaction again."""
        reply = await self._services.turns.reply(team, given.reply_id)
        problem = await objection(self._services, team, given.user, reply)
        if problem is Objection.NOT_KNOWN:
            raise SurfaceUnavailable("Slack does not tell who sees the channel")
        return problem is None

    async def _vote(
        self, event: Mapping[str, Any], context: AsyncBoltContext, client: AsyncWebClient
    ) -> Feedback | None:
        """The vote that a reaction is, if it is one and stands at a reply."""
        name, _, tone = str(event["reaction"]).partition("::")
        item = event["item"]
        ours = event.get("item_user") == context.bot_user_id
        if name not in _THUMBS or not ours or item.get("type") != "message":
            return None
        at = float(event["event_ts"])
        reply = await self._reply(team_of(context), item, client, at)
        if reply is None:
            return None
        return Feedback(
            reply_id=reply.reply_id,
            user=event["user"],
            rating=_RATINGS[_THUMBS[name]],
            given_by="reaction",
            at=at,
            origin=f"reaction:{_THUMBS[name]}:{tone}",
        )

    async def _reply(
        self, team: str, item: Mapping[str, Any], client: AsyncWebClient, at: float
    ) -> Reply | None:
        reply = await reply_shown(self._services, team, item["channel"], item, at)
        if reply is not None:
            return reply
        try:
            page = await client.conversations_replies(
                channel=item["channel"], ts=item["ts"], include_all_metadata=True
            )
        except SlackApiError as error:
            if not (for_good(error) or error.response.get("error") == "message_not_found"):
                raise
            log.info("message_not_read", channel=item["channel"], error=str(error))
            return None
        found = next((m for m in page["messages"] if m["ts"] == item["ts"]), None)
        return found and await reply_shown(self._services, team, item["channel"], found, at)
