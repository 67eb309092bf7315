"""What a clock that was set back has put off is done now; what has its time keeps it."""

import time

import pytest
from docket import Docket
from redis.asyncio import Redis

from bot.adapters.redis import RedisTimetable

pytestmark = pytest.mark.anyio
HOUR = 3600.0


async def test_only_what_waits_longer_than_its_kind_ever_does_is_due_now(redis_url: str) -> None:
    now = time.time()
    async with (
        Redis.from_url(redis_url, decode_responses=True) as redis,
        Docket(name="d", url=redis_url) as docket,
    ):
        waits = {"again": 60.0, "watch": 6 * HOUR}
        timetable = RedisTimetable(redis, docket.queue_key, docket.prefix, waits)
        kept = {"soon": ("again", 59.0), "watch": ("watch", 6 * HOUR), "day": ("day", 24 * HOUR)}
        for name, (kind, wait) in {**kept, "late": ("again", HOUR + 59)}.items():
            await redis.zadd(docket.queue_key, {name: now + wait})
            await redis.hset(docket.parked_task_key(name), "function", kind)
        assert await timetable.hasten(now) == ["late"]
        assert await redis.zscore(docket.queue_key, "late") == pytest.approx(now)
        for name, (_, wait) in kept.items():
            assert await redis.zscore(docket.queue_key, name) == pytest.approx(now + wait)
