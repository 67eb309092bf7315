"""Who waits for work on a question to begin, against a real server."""

import time
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisTurns, RedisWaiting
from bot.adapters.redis.keys import key
from bot.adapters.redis.waiting import LIST
from bot.domain.conversation import Turn
from tests.factories import TEAM, turn

pytestmark = pytest.mark.anyio
ROOT = f"{time.time() - 60:.6f}"


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        yield redis


def asked(text: str, after: float, *, root: str = ROOT) -> Turn:
    return turn(text, ts=f"{float(ROOT) + after:.6f}", thread_ts=root)


async def look(redis: Redis, *turns: Turn) -> list[str]:
    """What is asked by those who are to be told now."""
    await redis.zadd(LIST, {f"{TEAM} {each.turn_id}": 1 for each in turns})
    return [each.text for each in await RedisWaiting(redis).due()]


async def test_a_record_that_cannot_be_read_keeps_nobody_from_being_told(redis: Redis) -> None:
    turns, broken = RedisTurns(redis, 86_400), asked("broken", 0)
    fine = turn("fine", ts=f"{float(ROOT) + 1:.6f}", thread_ts=f"{float(ROOT) + 1:.6f}")
    for each in (broken, fine):
        await turns.accept(each)
    await redis.hset(key(TEAM, "turn", broken.turn_id), "turn", '{"team": 1}')
    assert await look(redis, broken, fine) == ["fine"]


async def test_the_answer_that_takes_the_status_away_makes_room_for_the_next(redis: Redis) -> None:
    turns, waiting = RedisTurns(redis, 86_400), RedisWaiting(redis)
    one, two = asked("one", 0), asked("two", 1)
    for each in (one, two):
        await turns.accept(each)
    head = await waiting.claim(one, 10)
    assert head == one.turn_id
    await waiting.told(one, 100, until=head)
    assert not await waiting.claim(two, 10)
    await turns.start(one)
    await turns.answered(one, "9.9")
    assert await look(redis, two) == ["two"]
    assert await waiting.claim(two, 10) == two.turn_id


async def test_who_asks_anew_waits_anew(redis: Redis) -> None:
    turns, waiting, one = RedisTurns(redis, 86_400), RedisWaiting(redis), asked("one", 0)
    await turns.accept(one)
    await turns.start(one)
    await turns.answered(one, "9.9")
    assert await look(redis, one) == []
    anew = one.model_copy(update={"revision": 1, "text": "anew"})
    assert await turns.revise(anew)
    assert await redis.zscore(LIST, f"{TEAM} {one.turn_id}") is not None
    assert await waiting.waits(anew)


async def test_a_question_is_accepted_where_its_waiting_cannot_be_noted(redis: Redis) -> None:
    await redis.set(LIST, "no sorted set")
    assert await RedisTurns(redis, 86_400).accept(asked("one", 0))
