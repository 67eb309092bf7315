"""How often something may happen in a while, on a real server."""

import asyncio
import time

import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisQuota

pytestmark = pytest.mark.anyio


async def test_a_thing_counts_once_however_often_it_is_asked(redis_url: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        quota = RedisQuota(redis)
        asked = [quota.take("T", "q", thing, most=2, seconds=60) for thing in ("a", "b", "a", "b")]
        assert await asyncio.gather(*asked) == [0.0] * 4
        wait = await quota.take("T", "q", "c", most=2, seconds=60)
        assert 0 < wait <= 60


async def test_of_many_at_once_no_more_than_allowed_are_let_through(redis_url: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        quota = RedisQuota(redis)
        asked = [quota.take("T", "q", str(n), most=3, seconds=60) for n in range(10)]
        assert (await asyncio.gather(*asked)).count(0.0) == 3


async def test_there_is_room_again_once_the_while_is_over(redis_url: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        quota = RedisQuota(redis)
        assert await quota.take("T", "q", "a", most=1, seconds=60) == 0.0
        await redis.zadd("apprentice:{T}:quota:q", {"a": 1.0})
        assert await quota.take("T", "q", "b", most=1, seconds=60) == 0.0
        assert await quota.take("T", "q", "a", most=1, seconds=60) > 0


async def test_a_clock_that_was_set_back_keeps_nobody_waiting(redis_url: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        quota = RedisQuota(redis)
        await redis.zadd("apprentice:{T}:quota:q", {"a": time.time() + 3600})
        assert await quota.take("T", "q", "b", most=1, seconds=60) == 0.0
        assert 0 < await quota.take("T", "q", "c", most=1, seconds=60) <= 60


async def test_under_a_lowered_limit_there_is_room_when_all_but_so_many_have_gone(
    redis_url: str,
) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        quota, now = RedisQuota(redis), time.time()
        came = {str(n): now - 50 + n for n in range(5)}
        await redis.zadd("apprentice:{T}:quota:q", came)
        wait = await quota.take("T", "q", "x", most=2, seconds=60)
        assert 12 < wait <= 13  # when the fourth of five has gone
        assert await quota.take("T", "q", "0", most=2, seconds=60) == 0.0
        assert await redis.zcard("apprentice:{T}:quota:q") == 5
