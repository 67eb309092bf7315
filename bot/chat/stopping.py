"""Ends an answer that nobody wants any more: stopped, or its question changed or deleted.

Whoever decides it writes it to the `Turns` store, from whichever process; here it is noticed.
"""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog

from bot.domain.conversation import Delta, Turn
from bot.domain.ports import Turns

log = structlog.get_logger(__name__)
LOOK = 0.4  # seconds between two looks; a click should take effect within half a second


@asynccontextmanager
async def watched(turns: Turns, turn: Turn) -> AsyncIterator[asyncio.Event]:
    """An event that is set once the answer to `turn` shall end."""
    told, over = asyncio.Event(), asyncio.Event()
    watching = asyncio.create_task(_watch(turns, turn, told, over))
    try:
        yield told
    finally:
        over.set()  # never by cancelling: Python 3.11 may lose that within a call to Redis
        await asyncio.gather(watching, return_exceptions=True)


async def _watch(turns: Turns, turn: Turn, told: asyncio.Event, over: asyncio.Event) -> None:
    while not over.is_set():
        try:
            if await turns.stopped(turn):
                told.set()
                return
        except Exception:  # a store that is away for a moment is no reason to end an answer
            log.exception("stop_not_looked_up", turn=turn.turn_id)
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), LOOK)


async def until(told: asyncio.Event, deltas: AsyncIterator[Delta]) -> AsyncGenerator[Delta, None]:
    """Yield what comes until it ends or `told` is set, also while nothing comes."""
    waiting = asyncio.create_task(told.wait())
    coming: asyncio.Task[Delta | None] | None = None
    try:
        while not told.is_set():
            coming = asyncio.create_task(_next(deltas))
            await asyncio.wait({coming, waiting}, return_when=asyncio.FIRST_COMPLETED)
            if not coming.done() or (delta := coming.result()) is None:
                return
            yield delta
    finally:
        tasks = [task for task in (waiting, coming) if task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _next(deltas: AsyncIterator[Delta]) -> Delta | None:
    return await anext(deltas, None)
