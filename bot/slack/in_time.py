"""An answer within the three seconds that Slack waits, whatever the database does.

What has begun and takes longer goes on by itself: Slack sends an event again, and finds it done; who
clicked reads that it takes longer. So that nothing piles up, only so much may be late at once.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

import structlog

log = structlog.get_logger(__name__)
PATIENCE = 2.5  # seconds; Slack hears no more after three
MOST = 256  # works that outlive their answers; while there are so many, nothing new begins
_LATE: set["asyncio.Task[Any]"] = set()  # the loop itself holds its tasks only weakly
Answer = TypeVar("Answer")


class Late(Exception):
    """Raised when the answer was not there in time; the work goes on, and may well succeed."""


def crowded() -> bool:
    """Whether so much is late that nothing more should begin."""
    return len(_LATE) >= MOST


async def in_time(work: Coroutine[Any, Any, Answer], patience: float = PATIENCE) -> Answer:
    """Its answer. Raises Late, or what it raises in time. `patience`: seconds."""
    task = asyncio.create_task(work)
    done, _ = await asyncio.wait({task}, timeout=max(0.0, patience))
    if done:
        return task.result()
    _LATE.add(task)
    task.add_done_callback(_over)
    raise Late


def _over(task: "asyncio.Task[Any]") -> None:
    _LATE.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("delivery_failed", exc_info=error)
