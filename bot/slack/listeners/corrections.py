"""👍/👎 under a reply, the correction modal, and the shortcut that opens it.

Ids carried by Slack are input: replies are looked up in the sender's own workspace.
"""

import json
import time
from collections.abc import Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.feedback import Feedback, Rating
from bot.slack.listeners.feedback import open_correction, reply_shown, vote
from bot.slack.services import Services
from bot.slack.team import team_of


class Corrections:
    """Listeners of votes and corrections, but for reactions."""

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

    async def correct_reply(
        self,
        ack: AsyncAck,
        body: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Open the correction modal for the message whose menu was used."""
        team = team_of(context)
        reply = await reply_shown(self._services, team, body["channel"]["id"], body["message"])
        await open_correction(
            self._services, client, body["trigger_id"], team, reply, str(context.user_id)
        )
        await ack()

    async def submitted(
        self, ack: AsyncAck, view: Mapping[str, Any], context: AsyncBoltContext
    ) -> None:
        """Store the correction and queue its curation; then the modal closes."""
        team, user = team_of(context), str(context.user_id)
        reply_id = json.loads(view["private_metadata"])["reply_id"]
        reply = await self._services.turns.reply(team, reply_id)
        said = await self._services.texts(team, user)
        written = str(_value(view, "correction") or "").strip()
        if reply is None:
            await ack(response_action="errors", errors={"correction": said.feedback.not_mine})
            return
        if not written or written == reply.content.strip():
            await ack(response_action="errors", errors={"correction": said.feedback.same_text})
            return
        feedback = Feedback(
            reply_id=reply_id,
            user=user,
            rating=Rating.DOWN,
            correction=written,
            reason=_value(view, "reason"),
            note=_value(view, "note"),
            given_by="modal",
            at=time.time(),
        )
        await self._services.verdicts.put(team, feedback)
        await self._services.tasks.curate(team, reply_id, user)
        await ack()


def _value(view: Mapping[str, Any], name: str) -> str | None:
    """What was entered into the input `name`, typed or selected."""
    state = view["state"]["values"].get(name, {}).get(name, {})
    chosen = (state.get("selected_option") or {}).get("value")
    return state.get("value") or chosen
