"""What admins decide about runs, and about the model that answers.

A decision is saved here and carried out by the durable task that looks after the run, so that
nobody waits for a slow provider. Everything raises NotAllowed for whoever is no admin (any more),
NotFound, and RunRefused.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import NamedTuple, Protocol

import structlog

from bot.decisions.own_models import OwnModels
from bot.decisions.who import Who, Workspace
from bot.domain.ports import Roles, TaskQueue
from bot.errors import NotAllowed
from finetune import Method, ModelVersion, Run, RunRefused

log = structlog.get_logger(__name__)
AGAIN = 300  # seconds after a rollback in which another one must name the model that it leaves
FOREIGN = "this model belongs to another workspace"


class Places(Protocol):
    """Where the message about a run goes."""

    async def place(self, team: str, run_id: str, channel: str) -> None: ...


class RolledBack(NamedTuple):
    """The last movement of the champion. `again`: it went back a moment ago already."""

    version: ModelVersion
    again: bool = False

    @property
    def moved(self) -> bool:
        """Whether the champion goes back; else another model answered by then, and stays."""
        return self.version.rollback


@dataclass(frozen=True)
class Steering:
    """Wired once. `admin_channel`: where admins hear of runs; empty: where one was asked for."""

    roles: Roles
    tasks: TaskQueue
    workspace: Callable[[str], Workspace]
    models: OwnModels
    places: Places
    admin_channel: str = ""
    clock: Callable[[], float] = time.time

    async def check(self, who: Who, about: str) -> None:
        """Raises NotAllowed for whoever is no admin now, whatever a message once offered."""
        if not await self.roles.is_admin(who.team, who.user):
            log.warning("not_an_admin", team=who.team, user=who.user, decision=about)
            raise NotAllowed(f"{who.user} is no admin")

    async def start(
        self,
        who: Who,
        key: str,
        *,
        base_model: str = "",
        method: Method = Method.SUPERVISED,
        trigger: str = "desk",
        channel: str = "",
    ) -> Run:
        """Plan a run, once for each `key`, and let the tasks drive it.

        `base_model`: instead of BASE_MODEL; RunRefused `foreign` where it is another workspace's.
        """
        await self.check(who, "start")
        await self.check_model(who.team, base_model)
        run = await self.workspace(who.team).runs.plan(
            key=key, requested_by=who.user, trigger=trigger, base_model=base_model, method=method
        )
        if place := self.admin_channel or channel:
            await self.places.place(who.team, run.run_id, place)
        await self.tasks.advance(who.team, run.run_id)
        return run

    async def check_model(self, team: str, model: str) -> None:
        """RunRefused `foreign` for a model of another workspace."""
        if not await self.models.may_use(team, model):
            log.warning("base_of_another_workspace", team=team)
            raise RunRefused(FOREIGN, "foreign")

    async def promote(self, who: Who, run_id: str) -> Run:
        """Let the candidate of a waiting run go live."""
        runs = self.workspace(who.team).runs
        return await self._decide(who, run_id, lambda: runs.promote(run_id, who.user, wait=False))

    async def hold(self, who: Who, run_id: str) -> Run:
        """Put a waiting run aside; another may start."""
        runs = self.workspace(who.team).runs
        return await self._decide(who, run_id, lambda: runs.hold(run_id, who.user))

    async def decline(self, who: Who, run_id: str) -> Run:
        """Turn the candidate of a waiting run down."""
        runs = self.workspace(who.team).runs
        return await self._decide(who, run_id, lambda: runs.decline(run_id, who.user, wait=False))

    async def cancel(self, who: Who, run_id: str) -> Run:
        """Stop a run."""
        runs = self.workspace(who.team).runs
        return await self._decide(who, run_id, lambda: runs.cancel(run_id, who.user, wait=False))

    async def rollback(self, who: Who, leaving: str | None = None) -> RolledBack:
        """One step back from the model `leaving`, else from the champion.

        However often somebody asks who heard no answer in time: without `leaving`, nothing moves
        for a while after the last step back.
        """
        await self.check(who, "rollback")
        registry = self.workspace(who.team).registry
        if leaving is None:
            moves = await registry.history()
            if moves and moves[0].rollback and self.clock() - moves[0].at < AGAIN:
                return RolledBack(moves[0], again=True)
            leaving = await registry.champion()
        return RolledBack(await registry.rollback(who.user, leaving))

    async def _decide(self, who: Who, run_id: str, decide: Callable[[], Awaitable[Run]]) -> Run:
        await self.check(who, run_id)
        run = await decide()
        # Carried out, and shown in the run's message, by the task: the provider may be slow.
        await self.tasks.advance(who.team, run_id, at_once=True)
        return run
