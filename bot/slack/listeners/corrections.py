"""👍/👎 under a reply, the correction modal, and the shortcut that opens it.

Ids carried by Slack are input: replies are looked up in the sender's own workspace, and whether the
sender may see their channel is asked again at every effect.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.conversation import Reply
from bot.domain.feedback import Feedback, Rating
from bot.errors import SurfaceUnavailable
from bot.slack.blocks.correction import corrected_text, entered
from bot.slack.blocks.reply import reply_of_block
from bot.slack.listeners.feedback import (
    objection,
    open_correction,
    open_notice,
    original_stands,
    reply_shown,
    unknown,
    vote,
    worded,
)
from bot.slack.services import Services
from bot.slack.team import team_of
from bot.slack.trouble import TROUBLE, for_good
from bot.texts.feedback import FeedbackTexts

log = structlog.get_logger(__name__)
MOMENT = 0.001  # seconds; Slack's clock, by which votes are dated, may be ahead of ours


class Corrections:
    """Listeners of votes and corrections, but for reactions and messages."""

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
        team, user = team_of(context), str(context.user_id)
        channel = body["container"]["channel_id"]
        said = (await self._services.texts(team, user)).feedback
        reply = await self._voted_on(team, channel, body, action)
        down = action.get("value") != "up"
        problem = await self._problem(team, user, channel, body["message"], reply, said)
        if reply is None or problem:
            if down:
                await open_notice(client, body["trigger_id"], problem, said)
            elif not await self._whisper(client, channel, user, body["message"], problem):
                raise SurfaceUnavailable("nobody was told that a vote does not count")
            await ack()
            return
        given = Feedback(
            reply_id=reply.reply_id,
            user=user,
            rating=Rating.DOWN if down else Rating.UP,
            given_by="button",
            at=float(action["action_ts"]),
        )
        await vote(self._services, team, given)
        if down:
            try:
                await open_correction(self._services, client, body["trigger_id"], reply, user, said)
            except TROUBLE as error:  # the vote stands: nothing failed that a repeat would mend
                log.info("correction_not_opened", user=user, error=type(error).__name__)
                await self._whisper(client, channel, user, body["message"], said.vote_counts)
        await ack()

    async def correct_reply(
        self,
        ack: AsyncAck,
        body: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the correction modal for the message whose menu was used."""
        team, user = team_of(context), str(context.user_id)
        channel, message = body["channel"]["id"], body["message"]
        said = (await self._services.texts(team, user)).feedback
        reply = await reply_shown(self._services, team, channel, message, time.time())
        problem = await self._problem(team, user, channel, message, reply, said)
        if reply is None or problem:
            await open_notice(client, body["trigger_id"], problem, said)
        else:
            await open_correction(self._services, client, body["trigger_id"], reply, user, said)
        await ack()

    async def submitted(
        self, ack: AsyncAck, view: Mapping[str, Any], context: AsyncBoltContext
    ) -> None:
        """Store the correction and queue its curation; then the modal closes."""
        team, user = team_of(context), str(context.user_id)
        reply_id = str(json.loads(view["private_metadata"])["reply_id"])
        reply = await self._services.turns.reply(team, reply_id)
        if reply is not None and not await original_stands(self._services, team, reply):
            reply = None
        said = (await self._services.texts(team, user)).feedback
        written = corrected_text(view)
        problem = worded(await objection(self._services, team, user, reply), said)
        if reply is None or problem:
            log.warning("correction_refused", team=team, user=user, reply=reply_id)
            await ack(response_action="errors", errors={"correction": problem})
            return
        if not written:
            await ack(response_action="errors", errors={"correction": said.emptied})
            return
        if written == reply.content.strip():
            await ack(response_action="errors", errors={"correction": said.same_text})
            return
        before = await self._services.verdicts.of(team, reply_id, user)
        feedback = Feedback(
            reply_id=reply_id,
            user=user,
            rating=Rating.DOWN,
            correction=written,
            reason=entered(view, "reason"),
            note=entered(view, "note"),
            given_by="modal",
            at=max(time.time(), before.at + MOMENT if before else 0.0),
        )
        await vote(self._services, team, feedback)
        await ack()

    async def news_off(
        self,
        ack: AsyncAck,
        body: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Tell this person no more of what was learnt from them."""
        team, user = team_of(context), str(context.user_id)
        await self._services.preferences.change_person(team, user, news=False)
        said = (await self._services.texts(team, user)).feedback
        channel = body["container"]["channel_id"]
        await self._whisper(client, channel, user, body["message"], said.news_is_off)
        await ack()

    async def _voted_on(
        self, team: str, channel: str, body: Mapping[str, Any], action: Mapping[str, Any]
    ) -> Reply | None:
        """As the block with the buttons says, which one from before they said so does not."""
        named = reply_of_block(str(action.get("block_id") or ""))
        if named is None:
            at = float(action["action_ts"])
            return await reply_shown(self._services, team, channel, body["message"], at)
        reply = await self._services.turns.reply(team, named)
        if reply is None or reply.channel != channel:
            return None
        return reply if await original_stands(self._services, team, reply) else None

    async def _problem(
        self,
        team: str,
        user: str,
        channel: str,
        message: Mapping[str, Any],
        reply: Reply | None,
        said: FeedbackTexts,
    ) -> str:
        if reply is None:
            return await unknown(self._services, team, channel, message, said)
        return worded(await objection(self._services, team, user, reply), said)

    async def _whisper(
        self,
        client: AsyncWebClient,
        channel: str,
        user: str,
        message: Mapping[str, Any],
        text: str,
    ) -> bool:
        """Whether Slack took it, or never will: then a repeat of the click is no use."""
        try:
            await client.chat_postEphemeral(
                channel=channel, user=user, text=text, thread_ts=message.get("thread_ts")
            )
        except TROUBLE as error:
            log.info("voter_not_told", user=user, error=str(error))
            return for_good(error)
        return True
