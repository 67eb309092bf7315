"""Room for one in all processes, for work that may kill the process that does it.

A lease, so that whoever dies in it makes room. Nobody waits for it for long: who waits takes one of
the worker's places from work that harms nobody.
"""

import asyncio
import random
import time
import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.adapters.redis.script import Script
from bot.errors import Crowded

log = structlog.get_logger(__name__)
ALONE = "apprentice:alone"
LEASE = 6.0  # seconds until whoever died alone makes room for the next
PATIENCE = 1.0  # seconds to wait for room
PAUSE = 0.2  # seconds between two looks whether there is room

# Extend what is ours, or take it anew where it ran out while Redis was away.
_EXTEND = Script("""
local holder = redis.call('GET', KEYS[1])
if holder and holder ~= ARGV[1] then
    return 0
end
redis.call('SET', KEYS[1], ARGV[1], 'PX', ARGV[2])
return 1
""")
_RELEASE = Script("""
if redis.call('GET', KEYS[1]) == ARGV[1] then
    return redis.call('DEL', KEYS[1])
end
return 0
""")


@asynccontextmanager
async def alone(redis: Redis) -> AsyncIterator[None]:
    """Raises Crowded where somebody else has the room."""
    token = uuid.uuid4().hex
    until = time.monotonic() + PATIENCE
    while not await redis.set(ALONE, token, nx=True, px=_lease()):
        if time.monotonic() >= until:
            raise Crowded("somebody else is alone")
        await asyncio.sleep(PAUSE * random.uniform(0.5, 1.5))  # noqa: S311  # no secret
    over = asyncio.Event()
    holding = asyncio.create_task(_hold(redis, token, over))
    try:
        yield
    finally:
        over.set()  # never by cancelling: Python 3.11 may lose that within a call to Redis
        await asyncio.gather(holding, return_exceptions=True)
        try:
            await _RELEASE.once(redis, ([ALONE], [token]))
        except (RedisError, OSError) as error:  # then the lease runs out
            log.warning("room_not_left", error=str(error))


async def _hold(redis: Redis, token: str, over: asyncio.Event) -> None:
    while not over.is_set():
        pause = LEASE / 3
        try:
            if not await _EXTEND.once(redis, ([ALONE], [token, _lease()])):
                log.warning("not_alone_any_more")
        except (RedisError, OSError) as error:
            log.warning("room_not_held", error=str(error))
            pause = PAUSE
        with suppress(TimeoutError):
            await asyncio.wait_for(over.wait(), pause)


def _lease() -> int:
    return int(LEASE * 1000)
