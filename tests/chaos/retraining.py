"""An admin starts runs, each once the one before has ended."""

import asyncio
from contextlib import suppress
from dataclasses import dataclass

import httpx
from redis.exceptions import RedisError

from finetune import FinetuneError, Run
from finetune.bootstrap import Workspace
from tests.chaos.people import Opinions, opened, sent
from tests.factories import ADMIN, CHANNEL

TRIES = 60
DECIDING = 300  # looks at a run until it has ended
PAUSE = 1.0  # seconds between two tries


@dataclass
class Retraining:
    """`started` counts the runs that the bot took."""

    opinions: Opinions
    workspace: Workspace
    wanted: int = 0
    started: int = 0

    async def run(self) -> None:
        """Start one, however often it takes."""
        self.wanted += 1
        for _ in range(TRIES):
            if await self._active() is None and await self._start():
                self.started += 1
                await self._promote()
                return
            await asyncio.sleep(PAUSE)

    async def _promote(self) -> None:
        """Where the gate leaves it to an admin: say yes until it counts."""
        for _ in range(DECIDING):
            run = await self._active()
            if isinstance(run, Run) and run.waiting:
                with suppress(AssertionError, httpx.HTTPError):
                    await self.opinions.slack.people.command(ADMIN, "promote", channel=CHANNEL)
            if run is None:
                return
            await asyncio.sleep(PAUSE)

    async def _active(self) -> Run | bool | None:
        """False where the database is away."""
        try:
            return await self.workspace.runs.active()
        except (FinetuneError, RedisError, OSError):
            return False

    async def _start(self) -> bool:
        slack = self.opinions.slack
        async with self.opinions.hands[ADMIN]:
            slack.sandbox.state.views.clear(ADMIN)
            try:
                said = await slack.people.command(ADMIN, channel=CHANNEL)
            except (AssertionError, httpx.HTTPError):
                return False
            view = await opened(slack, ADMIN, "retrain") if said.get("accepted") else None
            return view is not None and await sent(slack, view)
