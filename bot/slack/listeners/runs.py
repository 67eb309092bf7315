"""Buttons under the message about a run. What an admin decides is `bot.decisions`' to carry out."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from bot.decisions import Who, refusal
from bot.errors import NotAllowed
from bot.slack.services import Services
from bot.slack.team import team_of
from finetune import FinetuneError, Run

Say = Callable[..., Awaitable[Any]]
Decide = Callable[[Who, str], Awaitable[Run]]


class RunButtons:
    """Listeners of what an admin decides about a run."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def promote(
        self, ack: AsyncAck, action: Mapping[str, Any], context: AsyncBoltContext, respond: Say
    ) -> None:
        """An admin lets the candidate of a waiting run go live."""
        await self._decide(context, respond, action["value"], self._services.steering.promote)
        await ack()

    async def decline(
        self, ack: AsyncAck, action: Mapping[str, Any], context: AsyncBoltContext, respond: Say
    ) -> None:
        """An admin turns the candidate of a waiting run down."""
        await self._decide(context, respond, action["value"], self._services.steering.decline)
        await ack()

    async def hold(
        self, ack: AsyncAck, action: Mapping[str, Any], context: AsyncBoltContext, respond: Say
    ) -> None:
        """An admin puts a waiting run aside; another may start."""
        await self._decide(context, respond, action["value"], self._services.steering.hold)
        await ack()

    async def cancel(
        self, ack: AsyncAck, action: Mapping[str, Any], context: AsyncBoltContext, respond: Say
    ) -> None:
        """An admin stops a run."""
        await self._decide(context, respond, action["value"], self._services.steering.cancel)
        await ack()

    async def _decide(
        self,
        context: AsyncBoltContext,
        respond: Say,
        run_id: str,
        decide: Decide,
    ) -> None:
        who = Who(team_of(context), str(context.user_id))
        said = await self._services.texts(*who)
        try:
            await decide(who, run_id)
        except NotAllowed:
            await respond(text=said.retrain.not_admin, replace_original=False)
        except FinetuneError as error:
            await respond(text=refusal(error, said), replace_original=False)
