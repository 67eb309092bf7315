"""`/retrain` and its words. Only admins get past the first line."""

from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot import texts
from bot.slack.blocks import retrain_view
from bot.slack.run_message import summary
from bot.slack.services import Services
from finetune import FinetuneError

log = structlog.get_logger(__name__)
SHOWN = 5  # runs listed by `history`


class Commands:
    """Listener of the slash command."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def retrain(
        self,
        ack: AsyncAck,
        command: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Check the role, then open the modal or do what the word says."""
        team, user = str(context.team_id), str(context.user_id)
        if not await self._services.roles.is_admin(team, user):
            log.warning("not_an_admin", team=team, user=user, command="/retrain")
            await ack(text=texts.NOT_ADMIN)
            return
        word = str(command.get("text") or "").strip().lower()
        if not word:
            preview = await self._services.workspace(team).runs.preview()
            view = retrain_view(preview, command["channel_id"])
            await client.views_open(trigger_id=command["trigger_id"], view=view)
            await ack()
            return
        try:
            await ack(text=await self._answer(team, user, word))
        except FinetuneError as error:
            await ack(text=str(error))

    async def _answer(self, team: str, user: str, word: str) -> str:
        workspace = self._services.workspace(team)
        runs = workspace.runs
        if word == "status":
            active = await runs.active()
            champion = (await runs.preview()).champion
            return f"Answering now: `{champion}`. {summary(active) if active else texts.NO_RUN}"
        if word == "history":
            listed = await runs.list(limit=SHOWN)
            return "\n".join(summary(run) for run in listed) or texts.NO_RUNS
        if word == "rollback":
            version = await workspace.registry.rollback(user)
            return f"Rolled back. Answering now: `{version.model}`."
        if word in ("cancel", "promote"):
            active = await runs.active()
            if active is None:
                return texts.NO_RUN
            decide = runs.cancel if word == "cancel" else runs.promote
            await decide(active.run_id, user, wait=False)
            await self._services.tasks.advance(team, active.run_id, at_once=True)
            return texts.CANCELLING if word == "cancel" else texts.PROMOTING
        return texts.HELP
