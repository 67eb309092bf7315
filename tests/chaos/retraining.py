"""An admin starts runs, each once the one before has ended."""

import asyncio
from dataclasses import dataclass

import httpx
from redis.exceptions import RedisError

from finetune import FinetuneError
from finetune.bootstrap import Workspace
from tests.chaos.people import Opinions, opened, sent
from tests.factories import ADMIN, CHANNEL

TRIES = 60
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
            if await self._none_active() and await self._start():
                self.started += 1
                return
            await asyncio.sleep(PAUSE)

    async def _none_active(self) -> bool:
        try:
            return await self.workspace.runs.active() is None
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
