"""What waits to be told is looked at in turns: a little at a time, everything in the end."""

import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisTold
from tests.factories import TEAM

pytestmark = pytest.mark.anyio


async def test_of_many_that_wait_some_are_looked_at_and_next_time_others(redis_url: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        told, all_of_them = RedisTold(redis), {f"C1:{n}" for n in range(30)}
        for what in all_of_them:
            await told.wait(TEAM, what)
        looks = [await told.waiting(TEAM, 10) for _ in range(3)]
        assert [len(look) for look in looks] == [10, 10, 10]
        assert {what for look in looks for what in look} == all_of_them


async def test_what_is_settled_does_not_come_back_with_its_turn(redis_url: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        told = RedisTold(redis)
        await told.wait(TEAM, "C1:1")
        assert await told.waiting(TEAM, 10) == ["C1:1"]
        await told.settle(TEAM, "C1:1")
        assert await told.waiting(TEAM, 10) == []
