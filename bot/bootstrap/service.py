"""A running bot, less its loops."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog
from docket import Docket
from fastapi import FastAPI
from slack_bolt.async_app import AsyncApp

from bot.adapters.redis import away
from bot.bootstrap.labouring import PAUSE, Labour
from bot.bootstrap.unreadable import clear
from bot.bootstrap.watching import Watch
from bot.ending import end
from bot.health import Health
from bot.settings import Settings
from bot.slack.background import Background
from bot.slack.entrance import Entrance
from bot.slack.installation import Installations
from bot.slack.waiting import Waiting
from bot.tasks import Kept, SecondChance, Trying, reschedule, unknown_work
from finetune.bootstrap import Toolkit

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Service:
    """The web app, and what its worker needs."""

    settings: Settings
    app: FastAPI
    probes: FastAPI  # all that a worker shows
    bolt: AsyncApp
    entrance: Entrance
    docket: Docket
    health: Health
    watch: Watch
    toolkit: Toolkit
    schedule: Kept
    remove: Callable[[str], Awaitable[None]]
    installations: Installations | None
    later: Background
    trying: Trying
    chance: SecondChance
    waiting: Waiting

    async def work(self) -> None:
        """Do durable tasks until cancelled; those under way are finished, unless cancelled again."""
        while not await self._prepared():
            await asyncio.sleep(PAUSE)
        _heed()

        async def mend() -> int:
            return await clear(self.docket, self.trying)

        telling = asyncio.create_task(self.waiting.watch())
        try:
            await Labour(self.docket, unknown_work(self.trying), mend).work()
        finally:
            await end(telling, patience=0.1)

    async def _prepared(self) -> bool:
        """What is done once before the first task; False while the database is away."""
        try:
            if self.installations is not None:
                await self.installations.reseal()
            await reschedule(self.docket, self.settings.retrain_schedule, self.schedule)
        except Exception as error:
            if not away(error):
                raise
            log.warning("work_waits", exc_info=error)
            return False
        return True


def _heed() -> None:
    """Raise the cancellation that a call to Redis lost, if one did."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
