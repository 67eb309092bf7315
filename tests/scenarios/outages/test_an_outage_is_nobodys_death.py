"""A process that lives through an outage pays what it could not write; nobody counts it as dead."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.adapters.redis import RedisAside, RedisTries
from bot.adapters.redis.alone import ALONE
from bot.bootstrap.outside import outside
from bot.domain.aside import Piece
from bot.errors import Crowded
from bot.tasks import Trying
from bot.tasks.trying import DUTY, TryAgain
from finetune.adapters.redis.connection import connect
from tests.fakes.workplace import until
from tests.scenarios.outages.database import Database

pytestmark = pytest.mark.anyio
PIECE = Piece(kind="curate", team="T", key="c1", arguments={"team": "T"})
OUTAGES = 6


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path)


@pytest.fixture
async def redis(database: Database) -> AsyncIterator[Redis]:
    client = connect(database.url)
    yield client
    await client.aclose()
    database.stop()


async def test_work_during_which_the_database_is_restarted_again_and_again_dies_of_nothing(
    database: Database, redis: Redis
) -> None:
    tries = RedisTries(redis)
    trying = Trying(tries, RedisAside(redis, 1000), outside)

    async def work() -> None:
        await asyncio.to_thread(database.stop)
        await redis.ping()

    for _ in range(OUTAGES):
        with pytest.raises((RedisError, TryAgain)):
            await trying(PIECE, work, DUTY)
        await asyncio.to_thread(database.start)
    assert (await tries.of(PIECE)).deaths == 0
    assert await trying(PIECE, redis.ping, DUTY)


async def test_what_is_owed_is_paid_without_anybody_trying_again(
    database: Database, redis: Redis
) -> None:
    tries = RedisTries(redis)
    await tries.begin(PIECE)
    await asyncio.to_thread(database.stop)
    with pytest.raises(RedisError):
        await tries.ended(PIECE)
    await asyncio.to_thread(database.start)
    assert (await RedisTries(redis).of(PIECE)).deaths == 1
    await tries.settle()
    assert (await RedisTries(redis).of(PIECE)).deaths == 0


async def test_who_dies_counts(redis: Redis) -> None:
    for _ in range(3):
        await RedisTries(redis).begin(PIECE)
    assert (await RedisTries(redis).of(PIECE)).deaths == 3


async def test_nobody_waits_long_to_be_alone_nor_is_that_counted(redis: Redis) -> None:
    tries = RedisTries(redis)
    for _ in range(2):
        await tries.begin(PIECE)
    async with tries.alone():
        with pytest.raises(TryAgain) as raised:
            await Trying(tries, RedisAside(redis, 1000), outside)(PIECE, redis.ping)
        assert isinstance(raised.value.__cause__, Crowded)
    found = await tries.of(PIECE)
    assert (found.deaths, found.failures) == (2, 0)


async def test_the_room_is_held_through_an_outage_and_left_to_whoever_took_it(
    database: Database, redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.adapters.redis.alone.LEASE", 0.6)
    async with RedisTries(redis).alone():
        await asyncio.to_thread(database.stop)
        await asyncio.sleep(0.5)  # longer than between two extensions
        await asyncio.to_thread(database.start)
        await redis.delete(ALONE)

        async def held() -> bool:
            return bool(await redis.exists(ALONE))

        await until("the room to be held again", held)
        await redis.set(ALONE, "somebody")
    assert await redis.get(ALONE) == "somebody"
