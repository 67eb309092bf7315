"""When scheduled runs are due."""

from datetime import datetime, timedelta
from typing import Protocol

from cronsim import CronSim
from docket import Docket


class Kept(Protocol):
    """The cron expression by which the schedule's next time was set; empty for none."""

    async def schedule(self) -> str: ...

    async def save_schedule(self, expression: str) -> None: ...


def due_time(expression: str, now: datetime) -> datetime:
    """The last time that the schedule names up to now: the same however late its task runs."""
    return next(CronSim(expression, now + timedelta(seconds=1), reverse=True))


async def reschedule(docket: Docket, expression: str | None, kept: Kept) -> None:
    """Docket keeps the next time of a task it knows: forget it when the expression has changed."""
    wanted = expression or ""
    if await kept.schedule() != wanted:
        await docket.cancel("scheduled")
        await kept.save_schedule(wanted)
