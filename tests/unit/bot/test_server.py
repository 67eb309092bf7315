"""The bot's background tasks end when it does."""

import asyncio
from contextlib import suppress

import pytest

from bot.server import end

pytestmark = pytest.mark.anyio


async def test_a_task_that_loses_a_cancellation_is_ended_all_the_same() -> None:
    lost = []

    async def deaf() -> None:
        while len(lost) < 3:
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError as error:
                lost.append(error)

    working = asyncio.create_task(deaf())
    await asyncio.sleep(0)
    async with asyncio.timeout(10):
        await end(working, patience=0.01)
    assert working.done()


async def test_what_was_begun_is_finished_in_time() -> None:
    finished = asyncio.Event()

    async def careful() -> None:
        with suppress(asyncio.CancelledError):
            await asyncio.sleep(3600)
        await asyncio.sleep(0.05)
        finished.set()

    working = asyncio.create_task(careful())
    await asyncio.sleep(0)
    await end(working, patience=30)
    assert finished.is_set()


async def test_a_task_that_failed_does_not_keep_the_others() -> None:
    async def broken() -> None:
        raise ConnectionError

    working = asyncio.create_task(broken())
    await asyncio.sleep(0)
    await end(working, asyncio.create_task(asyncio.sleep(3600)), patience=30)
    assert isinstance(working.exception(), ConnectionError)
