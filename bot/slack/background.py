"""What goes on after Slack has its answer: filling a modal that was opened with a word of patience.

Bolt hands Slack the answer only when the listener has returned, so that nothing slow may be awaited
there. Only what may be lost goes here; all else is a durable task.
"""

import asyncio
from collections.abc import Coroutine
from typing import Any

from bot.ending import end

PATIENCE = 10.0  # seconds that a stopping bot waits for what is under way


class Background:
    """Keeps hold of what was started, until it is over."""

    def __init__(self) -> None:
        self._under_way: set[asyncio.Task[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Returns at once."""
        task = asyncio.create_task(work)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def finish(self) -> None:
        """Wait for what is under way, and cancel what takes too long."""
        if not self._under_way:
            return
        _, late = await asyncio.wait(set(self._under_way), timeout=PATIENCE)
        await end(*late, patience=PATIENCE)
