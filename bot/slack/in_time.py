"""An answer within the three seconds that Slack waits, whatever the database does.

What takes longer goes on by itself: Slack sends again, and finds it done, or does it then.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

import structlog
from starlette.responses import PlainTextResponse, Response

log = structlog.get_logger(__name__)
PATIENCE = 2.5  # seconds; Slack hears no more after three
_LATE: set["asyncio.Task[Response]"] = set()  # the loop itself holds its tasks only weakly


async def in_time(work: Coroutine[Any, Any, Response], patience: float = PATIENCE) -> Response:
    """Its answer, or a 503. Raises what it raises in time."""
    task = asyncio.create_task(work)
    done, _ = await asyncio.wait({task}, timeout=patience)
    if done:
        return task.result()
    _LATE.add(task)
    task.add_done_callback(_over)
    return PlainTextResponse("later", status_code=503)


def _over(task: "asyncio.Task[Response]") -> None:
    _LATE.discard(task)
    if not task.cancelled() and (error := task.exception()) is not None:
        log.error("delivery_failed", exc_info=error)
