"""Buttons: 👍/👎 under a reply, and what an admin may do with a run.

Ids carried by Slack are input: replies are looked up in the sender's own workspace by the message
that was clicked, runs in the same way, and roles are checked here, at the effect.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import texts
from bot.domain.feedback import Feedback, Rating
from bot.slack.listeners.feedback import open_correction, reply_shown, vote
from bot.slack.services import Services
from finetune import FinetuneError, Run

log = structlog.get_logger(__name__)
Say = Callable[..., Awaitable[Any]]
Decide = Callable[..., Awaitable[Run]]


class Actions:
    """Listeners of block actions."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def feedback(
        self,
        ack: AsyncAck,
        body: Mapping[str, Any],
        action: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Keep the vote; 👎 also opens the correction modal in the same click."""
        team, user = str(context.team_id), str(context.user_id)
        channel = body["container"]["channel_id"]
        reply = await reply_shown(self._services, team, channel, body["message"])
        rating = Rating.UP if action.get("value") == "up" else Rating.DOWN
        if reply is not None:
            given = Feedback(
                reply_id=reply.reply_id,
                user=user,
                rating=rating,
                given_by="button",
                at=float(action["action_ts"]),
            )
            await vote(self._services, team, given)
        if rating is Rating.DOWN:
            await open_correction(self._services, client, body["trigger_id"], team, reply, user)
        await ack()

    async def promote(
        self, ack: AsyncAck, action: Mapping[str, Any], context: AsyncBoltContext, respond: Say
    ) -> None:
        """An admin lets the candidate of a waiting run go live."""
        runs = self._services.workspace(str(context.team_id)).runs
        await self._decide(context, respond, action["value"], runs.promote)
        await ack()

    async def decline(
        self, ack: AsyncAck, action: Mapping[str, Any], context: AsyncBoltContext, respond: Say
    ) -> None:
        """An admin turns the candidate of a waiting run down."""
        runs = self._services.workspace(str(context.team_id)).runs
        await self._decide(context, respond, action["value"], runs.decline)
        await ack()

    async def cancel(
        self, ack: AsyncAck, action: Mapping[str, Any], context: AsyncBoltContext, respond: Say
    ) -> None:
        """An admin stops a run."""
        runs = self._services.workspace(str(context.team_id)).runs
        await self._decide(context, respond, action["value"], runs.cancel)
        await ack()

    async def nothing(self, ack: AsyncAck) -> None:
        """A link button was pressed; the browser does the rest."""
        await ack()

    async def _decide(
        self,
        context: AsyncBoltContext,
        respond: Say,
        run_id: str,
        decide: Decide,
    ) -> None:
        team, user = str(context.team_id), str(context.user_id)
        if not await self._services.roles.is_admin(team, user):
            log.warning("not_an_admin", team=team, user=user, run_id=run_id)
            await respond(text=texts.NOT_ADMIN, replace_original=False)
            return
        try:
            await decide(run_id, user, wait=False)
        except FinetuneError as error:
            await respond(text=str(error), replace_original=False)
            return
        # Carried out, and shown in the run's message, by the task: the provider may be slow.
        await self._services.tasks.advance(team, run_id, at_once=True)
