"""How often something may happen in a while: questions of one person, answers to one bot."""

import time
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis
from redis.exceptions import WatchError

from bot.adapters.redis.keys import key, text


@dataclass(frozen=True)
class RedisQuota:
    """`Quota`: per name a sorted set of what was counted, by the time it came."""

    redis: Redis

    async def take(self, team: str, name: str, thing: str, *, most: int, seconds: int) -> float:
        """Count `thing` once, however often it is asked; 0.0 when it may happen.

        Otherwise nothing is counted, and the answer is in how many seconds there is room again.
        """
        place, now = key(team, "quota", name), time.time()
        async with self.redis.pipeline(transaction=True) as pipe:
            while True:
                try:
                    await pipe.watch(place)
                    rows: Any = await pipe.zrange(place, 0, -1, withscores=True)
                    known = [(text(row), at) for row, at in rows if abs(at - now) < seconds]
                    if thing in (row for row, _ in known):
                        return 0.0
                    if len(known) >= most:
                        return float(known[-most][1]) + seconds - now
                    pipe.multi()  # type: ignore[no-untyped-call]
                    pipe.zremrangebyscore(place, "-inf", now - seconds)
                    pipe.zremrangebyscore(place, now + seconds, "+inf")  # the clock was set back
                    pipe.zadd(place, {thing: now})
                    pipe.expire(place, seconds)
                    await pipe.execute()
                except WatchError:
                    continue
                else:
                    return 0.0
