"""What a killed worker leaves parked beside the queue is found and done."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from docket import ConcurrencyLimit, Docket, Worker

from bot.ending import end
from bot.tasks.parked import Parked
from tests.fakes.workplace import until

pytestmark = pytest.mark.anyio


@asynccontextmanager
async def working(docket: Docket) -> AsyncIterator[None]:
    """A worker whose own second look would come much too late."""
    worker = Worker(
        docket,
        redelivery_timeout=timedelta(minutes=5),
        minimum_check_interval=timedelta(milliseconds=10),
    )
    async with worker:
        loop = asyncio.create_task(worker.run_forever())
        try:
            yield
        finally:
            await end(loop, patience=1)


def by_thread(done: list[str]) -> Callable[..., Awaitable[None]]:
    async def speak(
        thread: str,
        text: str,
        one_by_one: ConcurrencyLimit = ConcurrencyLimit("thread", 1),  # noqa: B008
    ) -> None:
        done.append(text)

    return speak


@pytest.fixture
async def docket(redis_url: str) -> AsyncIterator[Docket]:
    async with Docket(name="d", url=redis_url, execution_ttl=timedelta(0)) as opened:
        yield opened


async def parked_behind_the_dead(docket: Docket, text: str) -> None:
    """Its thread's slot belongs to somebody who is gone, and so is the second look."""
    slot = docket.key("concurrency:thread:t")
    async with docket.redis() as redis:
        await redis.zadd(slot, {"dead": time.time() + 60})
    await docket.add("speak", key=text)(thread="t", text=text)

    async def lies_there() -> bool:
        async with docket.redis() as redis:
            return bool(await redis.hexists(docket.key(f"runs:{text}"), "waiter_stream"))

    await until("the task to be parked", lies_there)
    safeguard = f"__safeguard__:{text}"

    async def looked_after() -> bool:
        async with docket.redis() as redis:
            return await redis.zscore(docket.queue_key, safeguard) is not None

    await until("its safeguard", looked_after)
    await docket.cancel(safeguard)
    async with docket.redis() as redis:
        await redis.zadd(slot, {"dead": time.time() - 600})


async def test_a_task_parked_behind_a_dead_worker_is_done(docket: Docket) -> None:
    done: list[str] = []
    docket.register(by_thread(done))
    async with working(docket):
        await parked_behind_the_dead(docket, "first")
        assert done == []
        await Parked(docket).wake()
        await until("the task", lambda: done == ["first"])


async def test_nobody_is_woken_while_another_one_works(docket: Docket) -> None:
    done: list[str] = []
    docket.register(by_thread(done))
    async with working(docket):
        await parked_behind_the_dead(docket, "first")
        slot = docket.key("concurrency:thread:t")
        async with docket.redis() as redis:
            await redis.zadd(slot, {"alive": time.time()})
        await Parked(docket).wake()
        async with docket.redis() as redis:
            assert await redis.hget(docket.key("runs:first"), "state") == b"scheduled"


async def test_halves_of_records_are_removed_and_whole_ones_stay(docket: Docket) -> None:
    docket.register(by_thread([]))
    await docket.add("speak", key="whole")(thread="t", text="whole")
    async with docket.redis() as redis:
        await redis.hset(docket.key("runs:half"), "state", "queued")
        await redis.hset(docket.key("progress:half"), "current", "0")
        await redis.zadd(docket.key("concurrency:thread:old"), {"dead": 1})
        await Parked(docket).wake()
        assert not await redis.exists(docket.key("runs:half"), docket.key("progress:half"))
        assert await redis.exists(docket.key("runs:whole"))
        assert await redis.ttl(docket.key("concurrency:thread:old")) > 0
