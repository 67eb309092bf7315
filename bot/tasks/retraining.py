"""Advance runs, plan them by the schedule, and warn of models that will be shut down."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from bot.domain.ports import Champions
from bot.errors import BotError
from finetune import FinetuneError, Preview, Retiring, Run, RunRefused, Runs, RunState

log = structlog.get_logger(__name__)

AGAIN = timedelta(seconds=10)  # after trouble on the way to the provider or to Slack
RECENT = 20  # runs whose messages are compared with how they stand
NEWS = 3600  # seconds during which the end of a run is worth trying to tell


class Notices(Protocol):
    """How people hear of what the tasks did."""

    async def show(self, team: str, run: Run) -> bool:
        """Whether the message is up to date; False when it is worth trying again."""
        ...

    async def behind(self, team: str, run: Run) -> bool:
        """Whether there is a message that does not show how the run stands."""
        ...


class Announcing(Protocol):
    """What admins hear unasked, each thing once."""

    async def skipped(self, team: str, due: datetime, preview: Preview, wanted: int) -> bool:
        """Whether a scheduled run must not start; then admins are told why."""
        ...

    async def ends(self, team: str, each: Retiring, champion: str) -> None:
        """Warn of a model's end in good time."""
        ...


@dataclass(frozen=True)
class RunWork:
    """What the tasks do it with. `poll` is the pause between two looks at a running job."""

    runs_of: Callable[[str], Runs]
    notices: Notices
    announcing: Announcing
    ending: Callable[[str], Awaitable[list[Retiring]]]
    champions: Champions
    teams: Callable[[], Awaitable[list[str]]]
    poll: timedelta
    min_new_examples: int

    async def advance(self, team: str, run_id: str) -> timedelta | None:
        """One step of a run and its message; how long to wait before the next, None when over."""
        runs = self.runs_of(team)
        before = await runs.get(run_id)
        run = await runs.advance(run_id)
        shown = await self.notices.show(team, run)
        if run.state is RunState.PROMOTED:  # what waits was compared with the model before
            for waiting in await runs.held():
                await self.notices.show(team, waiting)
        if run.ended or run.waiting:
            late = time.time() - run.updated_at > NEWS
            return None if shown or late else AGAIN
        idle = run.state is RunState.TRAINING or run.version == before.version
        return self.poll if idle else timedelta(0)

    async def left_alone(self, team: str) -> list[Run]:
        """Runs that have steps to go, wherever they were started: by the CLI, before a crash."""
        return [run for run in await self.runs_of(team).unfinished() if not run.waiting]

    async def untold(self, team: str) -> list[Run]:
        """Runs decided on outside the bot, or just before a crash: their messages are behind."""
        since = time.time() - NEWS
        return [
            run
            for run in await self.runs_of(team).list(RECENT)
            if (run.ended or run.waiting) and run.updated_at > since
            if await self.notices.behind(team, run)
        ]

    async def plan_by_schedule(self, team: str, due: datetime) -> Run | None:
        """Start a run where the conditions hold; say so where they do not.

        `due` names the time of the schedule: done twice for one, it starts and says nothing more.
        StoreUnavailable, SurfaceUnavailable: try again.
        """
        try:
            return await self._scheduled(team, due)
        except RunRefused as error:  # somebody was faster
            log.warning("schedule_skipped", team=team, reason=str(error))
            return None

    async def _scheduled(self, team: str, due: datetime) -> Run | None:
        runs, key = self.runs_of(team), f"schedule:{due:%Y-%m-%dT%H:%M}"
        if (before := await runs.planned(key)) is not None:
            return before
        preview = await runs.preview()
        if await self.announcing.skipped(team, due, preview, self.min_new_examples):
            log.info("schedule_skipped", team=team, due=due.isoformat())
            return None
        return await runs.plan(key=key, requested_by="", trigger="schedule")

    async def warn_of_ends(self) -> None:
        """Tell admins in every workspace of models that will be shut down."""
        for team in await self.teams():
            try:
                champion = await self.champions.champion(team)
                for each in await self.ending(team):
                    await self.announcing.ends(team, each, champion)
            except (BotError, FinetuneError, TimeoutError) as error:  # in some hours again
                log.warning("end_not_told", team=team, error=repr(error))
