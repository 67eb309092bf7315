"""Durable tasks, as docket on a real server sees them."""

import asyncio
from datetime import UTC, datetime, timedelta
from unittest.mock import AsyncMock, create_autospec

import pytest
from docket import Docket, Worker
from redis.asyncio import Redis

from bot.adapters.redis import RedisSchedule
from bot.ending import end
from bot.tasks import (
    Answering,
    FeedbackWork,
    RunWork,
    Tasks,
    Trying,
    Work,
    longest_waits,
    register,
    reschedule,
)
from bot.tasks.delays import BY_THE_CALENDAR
from bot.tasks.sweeping import Sweeping
from tests.fakes.workplace import until

pytestmark = pytest.mark.anyio


def work(expression: str | None) -> Work:
    runs = create_autospec(RunWork, instance=True)
    runs.teams = AsyncMock(return_value=[])
    return Work(
        answering=create_autospec(Answering, instance=True),
        feedback=create_autospec(FeedbackWork, instance=True),
        runs=runs,
        remove=AsyncMock(),
        tidy=AsyncMock(),
        forget_person=AsyncMock(),
        schedule=expression,
        trying=create_autospec(Trying, instance=True, aside=AsyncMock()),
    )


def test_of_every_kind_of_task_is_known_how_long_it_waits() -> None:
    docket = Docket(name="test")
    register(docket, work("0 3 * * 1"), Tasks(docket))
    ours = {name for name, task in docket.tasks.items() if task.__module__.startswith("bot.")}
    assert ours == (set(longest_waits(15.0)) | BY_THE_CALENDAR) - {"_safeguard_wake"}


async def test_the_sweep_tidies_every_workspace_although_another_part_fails() -> None:
    made = work(None)
    made.runs.teams = AsyncMock(return_value=["T1", "T2"])  # type: ignore[method-assign, misc]
    tidied = AsyncMock(side_effect=[OSError, None])
    sweeping = Sweeping(made.runs, made.feedback, AsyncMock(), AsyncMock(), tidied)
    await sweeping.sweep()
    assert [call.args for call in tidied.await_args_list] == [("T1",), ("T2",)]


async def scheduled_times(redis_url: str, expression: str | None) -> list[datetime]:
    """When the schedule's tasks are due, after a worker has been up with this expression."""
    async with (
        Redis.from_url(redis_url, decode_responses=True) as redis,
        Docket(name="test", url=redis_url, execution_ttl=timedelta(0)) as docket,
    ):
        register(docket, work(expression), Tasks(docket))
        await reschedule(docket, expression, RedisSchedule(redis))
        async with Worker(docket) as worker:
            working = asyncio.create_task(worker.run_forever())

            async def at_work() -> bool:
                snapshot = await docket.snapshot()
                planned = any(task.key == "scheduled" for task in snapshot.future)
                return bool(snapshot.workers) and planned is bool(expression)

            await until("the worker to be at work", at_work)
            await end(working, patience=5)
        future = (await docket.snapshot()).future
        return [task.when for task in future if task.key == "scheduled"]


async def test_a_changed_schedule_holds_from_the_next_start(redis_url: str) -> None:
    [yearly] = await scheduled_times(redis_url, "0 3 1 1 *")
    assert (yearly.month, yearly.day) == (1, 1)
    [daily] = await scheduled_times(redis_url, "0 3 * * *")
    assert daily - datetime.now(UTC) <= timedelta(days=1)


async def test_the_same_schedule_keeps_its_time_over_a_restart(redis_url: str) -> None:
    before = await scheduled_times(redis_url, "0 3 * * *")
    assert await scheduled_times(redis_url, "0 3 * * *") == before


async def test_a_schedule_that_was_taken_away_plans_nothing(redis_url: str) -> None:
    assert await scheduled_times(redis_url, "0 3 * * *")
    assert await scheduled_times(redis_url, None) == []
