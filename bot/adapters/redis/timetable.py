"""Tasks that a clock, set back, has put off: their time is a time of day, in docket's queue.

A try that was due in a minute would be due in an hour and a minute. Whoever waits longer than a
task of its kind ever does has its time now.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from bot.adapters.redis.keys import text

SKEW = 60.0  # seconds by which the clocks of several machines may differ
MOST = 500  # tasks that are looked at together


@dataclass(frozen=True)
class RedisTimetable:
    """`later` is docket's sorted set of what has its time, `prefix` what its keys begin with.

    `longest` gives for each kind of task the seconds that it waits at most; others are left alone.
    """

    redis: Redis
    later: str
    prefix: str
    longest: Mapping[str, float]

    async def hasten(self, now: float) -> list[str]:
        """Keys of the tasks whose time is now. Raises the driver's errors."""
        start = now + min(self.longest.values()) + SKEW
        rows: Any = await self.redis.zrangebyscore(
            self.later, start, "+inf", start=0, num=MOST, withscores=True
        )
        found = [(text(name), float(at)) for name, at in rows]
        late = [name for name, at in found if await self._put_off(name, at - now)]
        if late:
            # Only what still waits, and never to a later time.
            await self.redis.zadd(self.later, dict.fromkeys(late, now), xx=True, lt=True)
        return late

    async def _put_off(self, name: str, wait: float) -> bool:
        kind = await self.redis.hget(f"{self.prefix}:{name}", "function")
        longest = None if kind is None else self.longest.get(text(kind))
        return longest is not None and wait > longest + SKEW
