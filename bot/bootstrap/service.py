"""A running bot, less its loops."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from docket import Docket, Worker
from fastapi import FastAPI
from slack_bolt.async_app import AsyncApp

from bot.health import Health
from bot.settings import Settings
from bot.slack.background import Background
from bot.slack.installation import Installations
from bot.tasks import Kept, reschedule
from finetune.bootstrap import Toolkit

REDELIVERY = timedelta(seconds=5)  # how soon a killed worker's tasks are taken up by another
CONCURRENCY = 32  # turns answered at once by one worker


@dataclass(frozen=True)
class Service:
    """The web app, and what its worker needs."""

    settings: Settings
    app: FastAPI
    probes: FastAPI  # all that a worker shows
    bolt: AsyncApp
    docket: Docket
    health: Health
    toolkit: Toolkit
    schedule: Kept
    remove: Callable[[str], Awaitable[None]]
    installations: Installations | None
    later: Background

    async def work(self) -> None:
        """Do durable tasks until cancelled; those under way are finished, unless cancelled again."""
        if self.installations is not None:
            await self.installations.reseal()
        await reschedule(self.docket, self.settings.retrain_schedule, self.schedule)
        worker = Worker(self.docket, concurrency=CONCURRENCY, redelivery_timeout=REDELIVERY)
        loop: asyncio.Task[None] | None = None
        try:
            # Its end tells the loop to stop and waits for what was begun. The loop itself is not
            # cancelled: within a call to Redis it may never hear of that.
            async with worker:
                _heed()
                loop = asyncio.create_task(worker.run_forever())
                await asyncio.shield(loop)
        finally:
            if loop is not None:
                loop.cancel()  # for somebody who did not wait so long


def _heed() -> None:
    """Raise the cancellation that a call to Redis lost, if one did."""
    task = asyncio.current_task()
    if task is not None and task.cancelling():
        raise asyncio.CancelledError
