"""Buttons under the message about a run. Roles are checked here, at the effect."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.slack.blocks.problems import refusal
from bot.slack.services import Services
from bot.slack.team import team_of
from finetune import FinetuneError, Run

log = structlog.get_logger(__name__)
Say = Callable[..., Awaitable[Any]]
Decide = Callable[..., Awaitable[Run]]


class RunButtons:
    """Listeners of what an admin decides about a run."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def promote(
        self, ack: AsyncAck, action: Mapping[str, Any], context: AsyncBoltContext, respond: Say
    ) -> None:
        """An admin lets the candidate of a waiting run go live."""
        runs = self._services.workspace(team_of(context)).runs
        await self._decide(context, respond, action["value"], runs.promote)
        await ack()

    async def decline(
        self, ack: AsyncAck, action: Mapping[str, Any], context: AsyncBoltContext, respond: Say
    ) -> None:
        """An admin turns the candidate of a waiting run down."""
        runs = self._services.workspace(team_of(context)).runs
        await self._decide(context, respond, action["value"], runs.decline)
        await ack()

    async def hold(
        self, ack: AsyncAck, action: Mapping[str, Any], context: AsyncBoltContext, respond: Say
    ) -> None:
        """An admin puts a waiting run aside; another may start."""
        runs = self._services.workspace(team_of(context)).runs

        async def hold(run_id: str, by: str, *, wait: bool) -> Run:  # noqa: ARG001  # saving is all
            return await runs.hold(run_id, by)

        await self._decide(context, respond, action["value"], hold)
        await ack()

    async def cancel(
        self, ack: AsyncAck, action: Mapping[str, Any], context: AsyncBoltContext, respond: Say
    ) -> None:
        """An admin stops a run."""
        runs = self._services.workspace(team_of(context)).runs
        await self._decide(context, respond, action["value"], runs.cancel)
        await ack()

    async def _decide(
        self,
        context: AsyncBoltContext,
        respond: Say,
        run_id: str,
        decide: Decide,
    ) -> None:
        team, user = team_of(context), str(context.user_id)
        said = await self._services.texts(team, user)
        if not await self._services.roles.is_admin(team, user):
            log.warning("not_an_admin", team=team, user=user, run_id=run_id)
            await respond(text=said.retrain.not_admin, replace_original=False)
            return
        try:
            await decide(run_id, user, wait=False)
        except FinetuneError as error:
            await respond(text=refusal(error, said), replace_original=False)
            return
        # Carried out, and shown in the run's message, by the task: the provider may be slow.
        await self._services.tasks.advance(team, run_id, at_once=True)
