"""A look at something that may hang: one at a time, waited for only so long, remembered for a moment.

Probes and scrapes come again and again while nothing is answered, and not only from those who should.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Found = TypeVar("Found")


class Look(Generic[Found]):
    """`patience`: seconds that anybody waits; `remembered`: seconds for which an answer is good."""

    def __init__(
        self, look: Callable[[], Awaitable[Found]], *, patience: float, remembered: float = 0.0
    ) -> None:
        self._look, self._patience, self._remembered = look, patience, remembered
        self._task: asyncio.Task[Found] | None = None
        self._until = 0.0

    async def found(self) -> Found | None:
        """What is seen; None where it takes longer: the look goes on. Raises what the look raises."""
        done, _ = await asyncio.wait({self._current()}, timeout=self._patience)
        return done.pop().result() if done else None

    def _current(self) -> "asyncio.Task[Found]":
        if self._task is None or (self._task.done() and time.monotonic() >= self._until):
            self._task = asyncio.create_task(self._once())
            self._task.add_done_callback(_heard)
        return self._task

    async def _once(self) -> Found:
        found = await self._look()
        self._until = time.monotonic() + self._remembered
        return found


def _heard(task: "asyncio.Task[Found]") -> None:
    """Nobody may be waiting any more for what it raised."""
    if not task.cancelled():
        task.exception()
