"""Lets the time pass that others wait after a kill, instead of waiting for it.

What a dead worker held runs out within seconds (docket's leases, the hold on a run), and what was put
off becomes due: here at once, by moving the times that lie in Redis.
"""

import time

from redis.asyncio import Redis

LONG = 60.0  # seconds
STREAM, GROUP = "apprentice-tasks:stream", "docket-workers"


async def let_time_pass(redis: Redis, seconds: float = LONG) -> None:
    """As if nobody had done anything for so long: nobody may be at work."""
    await _leave_alone(redis, seconds)
    async for name in redis.scan_iter("apprentice-tasks:concurrency:*", count=1000):
        if await redis.type(name) == "zset":
            for slot, at in await redis.zrange(name, 0, -1, withscores=True):
                await redis.zadd(name, {slot: at - seconds}, xx=True)
    await make_due(redis, seconds)
    await redis.delete("apprentice-tasks:leases:redelivery-sweep")
    for pattern in ("apprentice:{*}:hold:*", "apprentice:{*}:tries:*", "apprentice:alone"):
        async for name in redis.scan_iter(pattern, count=1000):
            await redis.delete(name)  # a piece of work is not held guilty of our kills, either


async def make_due(redis: Redis, seconds: float = LONG) -> None:
    """What was put off for less than that is to be done now."""
    for task, at in await redis.zrange("apprentice-tasks:queue", 0, -1, withscores=True):
        if at < time.time() + seconds:
            await redis.zadd("apprentice-tasks:queue", {task: at - seconds}, xx=True)


async def _leave_alone(redis: Redis, seconds: float) -> None:
    """What a worker had taken is idle for so long."""
    if not await redis.exists(STREAM):
        return
    for group in await redis.xinfo_groups(STREAM):
        name = group["name"]
        for entry in await redis.xpending_range(STREAM, name, "-", "+", 1000):
            await redis.xclaim(
                STREAM,
                name,
                entry["consumer"],
                0,
                [entry["message_id"]],
                idle=int(seconds * 1000),
                justid=True,
            )
