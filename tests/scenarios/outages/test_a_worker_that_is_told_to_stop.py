"""SIGTERM: a worker takes nothing new, finishes what it has, and leaves what takes too long to others."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from redis.asyncio import Redis

from bot.bootstrap.connecting import DOCKET
from tests.factories import ASKER
from tests.fakes.openai_account import OpenAIStub, Scripted
from tests.fakes.serving import taken_port, url_of
from tests.fakes.workplace import Workplace, until
from tests.scenarios.bot.conftest import environment, slack_for
from tests.scenarios.outages.replicas import Replica, replica

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(90)]
LONG = "This answer is long enough to be streamed in several pieces before it ends. " * 3


@dataclass(frozen=True)
class Shift:
    """A web server, and two workers of which neither works yet."""

    people: Workplace
    models: OpenAIStub
    first: Replica
    second: Replica


@asynccontextmanager
async def shift(
    redis_url: str, models: OpenAIStub, home: Path, **settings: str
) -> AsyncIterator[Shift]:
    with taken_port() as listening:
        bot_url = url_of(listening)
    async with slack_for(bot_url, home, time_scale=0.05) as (slack_url, people):
        values = {**environment(slack_url, bot_url, models, redis_url, home), **settings}
        web = Replica({**values, "METRICS_PORT": values["PORT"]}, is_worker=False)
        workers = [replica(values, worker=True) for _ in range(2)]
        await asyncio.gather(web.start(), workers[0].start())
        try:
            yield Shift(people, models, *workers)
        finally:
            await asyncio.gather(*(each.stop() for each in (web, *workers)))


async def test_what_it_has_begun_it_finishes_and_what_comes_then_is_left_to_others(
    redis_url: str, models: OpenAIStub, tmp_path: Path
) -> None:
    gate = asyncio.Event()
    models.queue(Scripted(LONG, gate=gate, gate_after=20))
    async with shift(redis_url, models, tmp_path) as on:
        begun = await on.people.ask(ASKER, "@apprentice hello?")
        await on.people.see("the answer to be streamed", lambda m: m["streaming"])
        stopping = asyncio.create_task(on.first.stop())
        await until("the worker to take no more", lambda: _nobody_works(redis_url))
        later = await on.people.ask(ASKER, "@apprentice and now?")
        await on.people.quiet()
        gate.set()
        await stopping
        assert "long enough" in str(await on.people.answer(begun))
        assert len(models.chats) == 1
        await on.second.start()
        await on.people.answer(later)
        assert [len(await on.people.answers(ts)) for ts in (begun, later)] == [1, 1]
        assert len(models.chats) == 2


async def test_what_takes_too_long_is_handed_over_at_once_and_written_once(
    redis_url: str, models: OpenAIStub, tmp_path: Path
) -> None:
    never = asyncio.Event()
    models.queue(Scripted(LONG, gate=never, gate_after=20))
    async with shift(redis_url, models, tmp_path, GRACE_SECONDS="0.3") as on:
        ts = await on.people.ask(ASKER, "@apprentice hello?")
        half = await on.people.see("the answer to be streamed", lambda m: m["streaming"])
        await on.first.stop()
        assert await _abandoned(redis_url)
        await on.second.start()
        answer = await on.people.answer(ts)
        assert answer["ts"] == half["ts"]
        assert "base heard: hello?" in str(answer)
        assert "long enough" not in str(answer)
        assert len(await on.people.answers(ts)) == 1
    never.set()


async def _nobody_works(redis_url: str) -> bool:
    async with Redis.from_url(redis_url) as redis:
        return not await redis.zcard(f"{DOCKET}:workers")


async def _abandoned(redis_url: str) -> bool:
    """Whether the task waits for nobody's death any more."""
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        pending = await redis.xpending_range(
            f"{DOCKET}:stream", "docket-workers", min="-", max="+", count=10
        )
        held = await redis.keys(f"{DOCKET}:concurrency:*")
    return [each["time_since_delivered"] > 60_000 for each in pending] == [True] and not held
