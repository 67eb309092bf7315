"""`/retrain`, its words and its modal. Only admins get past the first line."""

import json
from collections.abc import Mapping
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.blocks.notice import notice_view
from bot.slack.blocks.retrain import retrain_view
from bot.slack.blocks.run import summary
from bot.slack.listeners.channels import open_channel_settings
from bot.slack.services import Services
from bot.slack.team import team_of
from bot.texts.retrain import RetrainTexts
from finetune import FinetuneError

log = structlog.get_logger(__name__)
SHOWN = 5  # runs listed by `history`


class Retrain:
    """Listeners of the slash command and of the modal it opens."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def command(
        self,
        ack: AsyncAck,
        command: Mapping[str, Any],
        context: AsyncBoltContext,
        client: AsyncWebClient,
    ) -> None:
        """Check the role, then open the modal or do what the word says."""
        team, user = team_of(context), str(context.user_id)
        said = await self._services.texts(team, user)
        if not await self._services.roles.is_admin(team, user):
            log.warning("not_an_admin", team=team, user=user, command="/retrain")
            await ack(text=said.retrain.not_admin)
            return
        word = str(command.get("text") or "").strip().lower()
        if not word:
            preview = await self._services.workspace(team).runs.preview()
            view = retrain_view(preview, command["channel_id"])
            await client.views_open(trigger_id=command["trigger_id"], view=view)
            await ack()
            return
        if word == "channel":
            trigger_id, channel = command["trigger_id"], command["channel_id"]
            await open_channel_settings(self._services, client, trigger_id, team, channel, user)
            await ack()
            return
        try:
            await ack(text=await self._answer(team, user, word, said.retrain))
        except FinetuneError as error:
            await ack(text=str(error))

    async def _answer(self, team: str, user: str, word: str, said: RetrainTexts) -> str:
        workspace = self._services.workspace(team)
        runs = workspace.runs
        if word == "status":
            active = await runs.active()
            champion = (await runs.preview()).champion
            return f"Answering now: `{champion}`. {summary(active) if active else said.no_run}"
        if word == "history":
            listed = await runs.list(limit=SHOWN)
            return "\n".join(summary(run) for run in listed) or said.no_runs
        if word == "rollback":
            version = await workspace.registry.rollback(user)
            return f"Rolled back. Answering now: `{version.model}`."
        if word in ("cancel", "promote"):
            active = await runs.active()
            if active is None:
                return said.no_run
            decide = runs.cancel if word == "cancel" else runs.promote
            await decide(active.run_id, user, wait=False)
            await self._services.tasks.advance(team, active.run_id, at_once=True)
            return said.cancelling if word == "cancel" else said.promoting
        return said.help

    async def submitted(
        self, ack: AsyncAck, view: Mapping[str, Any], context: AsyncBoltContext
    ) -> None:
        """Plan a run, once however often the modal is submitted, and let the tasks drive it."""
        team, user = team_of(context), str(context.user_id)
        said = await self._services.texts(team, user)
        if not await self._services.roles.is_admin(team, user):
            log.warning("not_an_admin", team=team, user=user, view="retrain")
            await ack(response_action="update", view=notice_view("Retrain", said.retrain.not_admin))
            return
        runs = self._services.workspace(team).runs
        try:
            run = await runs.plan(key=view["id"], requested_by=user, trigger="slack")
        except FinetuneError as error:
            await ack(response_action="update", view=notice_view("Retrain", str(error)))
            return
        channel = json.loads(view["private_metadata"])["channel"]
        await self._services.notices.places.place(team, run.run_id, channel)
        await self._services.tasks.advance(team, run.run_id)
        await ack()
