"""The bot's background tasks end when it does."""

import asyncio
from contextlib import suppress
from pathlib import Path

import pytest

from bot.bootstrap import open_service
from bot.ending import end
from bot.settings import Settings

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


async def test_a_worker_that_is_stopped_while_it_starts_ends_at_once(
    redis_url: str, tmp_path: Path
) -> None:
    """Whatever step it has come to: at most of them a call to Redis loses the cancellation."""
    values = {
        "redis_url": redis_url,
        "data_dir": str(tmp_path),
        "slack_base_url": "http://127.0.0.1:9/api/",
        "slack_bot_token": "xoxb-1",
        "slack_signing_secret": "secret",
        "chat_model": "base",
        "base_model": "base",
    }
    async with open_service(Settings.model_validate(values)) as service:
        for steps in (1, 5, 7, 10, 13, 18, 22):
            working = asyncio.create_task(service.work())
            for _ in range(steps):
                await asyncio.sleep(0)
            async with asyncio.timeout(20):
                await end(working, patience=60)
