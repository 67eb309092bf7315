"""Two web servers and two workers, replaced one after the other while people ask and vote."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisVerdicts
from tests.factories import ASKER, CHANNEL, TEAM
from tests.fakes.openai_account import OpenAIStub
from tests.fakes.serving import served, taken_port, url_of
from tests.fakes.workplace import Workplace, until
from tests.scenarios.bot.conftest import DAY, environment, slack_for
from tests.scenarios.outages.replicas import Balancer, Replica, replica, watching

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(150)]
PAUSE = 1.0  # seconds between two questions
ONE_USE = httpx.Limits(max_keepalive_connections=0)


@dataclass
class Load:
    """People who ask, and like every answer."""

    people: Workplace
    asked: list[str] = field(default_factory=list)
    voted: list[str] = field(default_factory=list)
    over: asyncio.Event = field(default_factory=asyncio.Event)

    async def ask(self) -> None:
        while not self.over.is_set():
            self.asked.append(await self.people.ask(ASKER, "@apprentice hello?"))
            await asyncio.sleep(PAUSE)

    async def vote(self) -> None:
        while not self.over.is_set() or len(self.voted) < len(self.asked):
            if len(self.voted) == len(self.asked):
                await asyncio.sleep(PAUSE)
                continue
            ts = self.asked[len(self.voted)]
            await self.people.click(ASKER, await self.people.answer(ts), "feedback", "up")
            self.voted.append(ts)


async def test_every_question_is_answered_once_every_vote_kept_and_slack_never_refused(
    redis_url: str, models: OpenAIStub, tmp_path: Path
) -> None:
    door, balancer = taken_port(), Balancer()
    async with slack_for(url_of(door), tmp_path, time_scale=0.05) as (slack_url, _):
        values = {
            **environment(slack_url, url_of(door), models, redis_url, tmp_path),
            "DRAIN_SECONDS": "1",
            "USER_RATE_LIMIT": "0",
        }
        async with (
            # A kept connection may end just when it is used again: all this shares one busy loop.
            httpx.AsyncClient(base_url=slack_url, timeout=20, limits=ONE_USE) as http,
            fleet(values, balancer) as workers,
            served(balancer.app(), door),
        ):
            people = Workplace(http)
            load = Load(people)
            loading = asyncio.gather(load.ask(), load.vote())
            for number in range(2):
                await _replace(values, balancer.replicas, number)
                await _replace(values, workers, number)
            load.over.set()
            await loading
            await people.quiet()
            assert [len(await people.answers(ts)) for ts in load.asked] == [1] * len(load.asked)
            assert await _votes(redis_url, load.voted) == len(load.voted)
    assert {status for status in balancer.statuses if status >= 500} == set()


@asynccontextmanager
async def fleet(values: dict[str, str], balancer: Balancer) -> AsyncIterator[list[Replica]]:
    """All four; the workers are given."""
    balancer.replicas += [replica(values, worker=False) for _ in range(2)]
    workers = [replica(values, worker=True) for _ in range(2)]
    await asyncio.gather(*(each.start() for each in (*balancer.replicas, *workers)))
    try:
        async with watching(balancer):
            yield workers
    finally:
        await asyncio.gather(*(each.stop() for each in (*balancer.replicas, *workers)))


async def _replace(values: dict[str, str], of: list[Replica], number: int) -> None:
    """The successor is there before the predecessor is told to go."""
    old = of[number]
    new = replica(values, worker=old.is_worker)
    await new.start()
    of.append(new)
    await old.stop()
    of.remove(old)
    of.remove(new)
    of.insert(number, new)


async def _votes(redis_url: str, questions: list[str]) -> int:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        verdicts = RedisVerdicts(redis, DAY)

        async def found() -> bool:
            given = [await verdicts.of(TEAM, f"{CHANNEL}:{ts}", ASKER) for ts in questions]
            return all(each is not None for each in given)

        await until("every vote to be kept", found)
    return len(questions)
