"""How often something may happen in a while: questions of one person, answers to one bot."""

import time
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.adapters.redis.keys import key
from bot.adapters.redis.script import Call, Script

# Nothing where it may happen; else when the one came that has to go before there is room again.
_TAKE = Script("""
local place = KEYS[1]
local thing, now, past, future, most, seconds = unpack(ARGV)
redis.call('ZREMRANGEBYSCORE', place, '-inf', past)
redis.call('ZREMRANGEBYSCORE', place, future, '+inf')  -- the clock was set back
if redis.call('ZSCORE', place, thing) then
    return nil
end
if redis.call('ZCARD', place) >= tonumber(most) then
    return redis.call('ZRANGE', place, -most, -most, 'WITHSCORES')[2]
end
redis.call('ZADD', place, now, thing)
redis.call('EXPIRE', place, seconds)
return nil
""")


@dataclass(frozen=True)
class RedisQuota:
    """`Quota`: per name a sorted set of what was counted, by the time it came."""

    redis: Redis

    async def take(self, team: str, name: str, thing: str, *, most: int, seconds: int) -> float:
        """Count `thing` once, however often it is asked; 0.0 when it may happen.

        Otherwise nothing is counted, and the answer is in how many seconds there is room again.
        """
        now = time.time()
        call: Call = (
            [key(team, "quota", name)],
            [thing, now, now - seconds, now + seconds, most, seconds],
        )
        came = await _TAKE.once(self.redis, call)
        return 0.0 if came is None else float(came) + seconds - now
