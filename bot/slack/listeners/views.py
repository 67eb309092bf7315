"""Submitted modals: a correction, the start of a retraining."""

import json
import time
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot import texts
from bot.domain.feedback import Feedback, Rating
from bot.slack import blocks
from bot.slack.services import Services
from finetune import FinetuneError

log = structlog.get_logger(__name__)


class Views:
    """Listeners of view submissions."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def correction(
        self, ack: AsyncAck, view: Mapping[str, Any], context: AsyncBoltContext
    ) -> None:
        """Store the correction and queue its curation; then the modal closes."""
        team, user = str(context.team_id), str(context.user_id)
        reply_id = json.loads(view["private_metadata"])["reply_id"]
        reply = await self._services.turns.reply(team, reply_id)
        written = str(_value(view, "correction") or "").strip()
        if reply is None:
            await ack(response_action="errors", errors={"correction": texts.NOT_MINE})
            return
        if not written or written == reply.content.strip():
            await ack(response_action="errors", errors={"correction": texts.SAME_TEXT})
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

    async def retrain(
        self, ack: AsyncAck, view: Mapping[str, Any], context: AsyncBoltContext
    ) -> None:
        """Plan a run, once however often the modal is submitted, and let the tasks drive it."""
        team, user = str(context.team_id), str(context.user_id)
        if not await self._services.roles.is_admin(team, user):
            log.warning("not_an_admin", team=team, user=user, view="retrain")
            await ack(response_action="update", view=blocks.notice_view("Retrain", texts.NOT_ADMIN))
            return
        runs = self._services.workspace(team).runs
        try:
            run = await runs.plan(key=view["id"], requested_by=user, trigger="slack")
        except FinetuneError as error:
            await ack(response_action="update", view=blocks.notice_view("Retrain", str(error)))
            return
        channel = json.loads(view["private_metadata"])["channel"]
        await self._services.notices.places.place(team, run.run_id, channel)
        await self._services.tasks.advance(team, run.run_id)
        await ack()


def _value(view: Mapping[str, Any], name: str) -> str | None:
    """What was entered into the input `name`, typed or selected."""
    state = view["state"]["values"].get(name, {}).get(name, {})
    chosen = (state.get("selected_option") or {}).get("value")
    return state.get("value") or chosen
