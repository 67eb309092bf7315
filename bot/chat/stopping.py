"""Ends an answer that nobody wants any more: stopped, or its question changed or deleted.

Whoever decides it writes it to the `Turns` store, from whichever process; here it is noticed.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import structlog

from bot.domain.conversation import Delta, Turn
from bot.domain.ports import Turns

log = structlog.get_logger(__name__)
LOOK = 0.4  # seconds between two looks; a click should take effect within half a second


@dataclass
class Watching:
    """Looks at all answers that this process writes together, while it writes any."""

    turns: Turns
    _written: dict[asyncio.Event, Turn] = field(default_factory=dict)
    _next: asyncio.TimerHandle | None = None
    _look: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def over(self, turn: Turn) -> AsyncIterator[asyncio.Event]:
        """An event that is set once the answer to `turn` shall end."""
        told = asyncio.Event()
        self._written[told] = turn
        self._look_later()
        try:
            yield told
        finally:
            del self._written[told]
            if not self._written:
                await self._end()

    def _look_later(self) -> None:
        if self._next is None and self._look is None and self._written:
            self._next = asyncio.get_running_loop().call_later(LOOK, self._begin)

    def _begin(self) -> None:
        self._next, self._look = None, asyncio.create_task(self._once())

    async def _once(self) -> None:
        asked = dict(self._written)
        try:
            ended = await self.turns.stopped(list(asked.values()))
            for told, turn in asked.items():
                if turn in ended:
                    told.set()
        except Exception:  # a store that is away for a moment is no reason to end an answer
            log.exception("stop_not_looked_up", turns=len(asked))
        self._look = None
        self._look_later()

    async def _end(self) -> None:
        """Leave nothing behind; a look is never cancelled: Python 3.11 may lose that within Redis."""
        if self._next is not None:
            self._next.cancel()
            self._next = None
        if self._look is not None:
            await asyncio.wait({self._look})


async def until(told: asyncio.Event, deltas: AsyncIterator[Delta]) -> AsyncGenerator[Delta, None]:
    """Yield what comes until it ends or `told` is set, also while nothing comes.

    It is read on while a delta is shown; what came meanwhile is one.
    """
    news, come = asyncio.Event(), list[Delta]()

    async def read() -> None:
        async for delta in deltas:
            come.append(delta)
            news.set()

    reading, ending = asyncio.create_task(read()), asyncio.create_task(told.wait())
    for task in (reading, ending):
        task.add_done_callback(lambda _: news.set())
    try:
        while await news.wait() and not told.is_set():
            news.clear()
            over = reading.done()
            if come:
                delta = _one(come)
                come.clear()
                yield delta
            if over:
                reading.result()  # raises what the model's trouble was
                return
    finally:
        for task in (reading, ending):
            task.cancel()
        await asyncio.gather(reading, ending, return_exceptions=True)


def _one(deltas: Sequence[Delta]) -> Delta:
    if len(deltas) == 1:
        return deltas[0]
    return deltas[-1].model_copy(update={"text": "".join(delta.text for delta in deltas)})
