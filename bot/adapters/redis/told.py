"""What the bot has said by itself, so that it says it once; and where that stands."""

import time
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.adapters.redis.keys import key, text

MEMORY = 90 * 24 * 3600  # seconds; nothing is told again after so long


@dataclass(frozen=True)
class RedisTold:
    """`Told`: one key for each thing said."""

    redis: Redis

    async def claim(self, team: str, what: str) -> bool:
        """True for the first who asks."""
        return bool(await self.redis.set(key(team, "told", what), "", nx=True, ex=MEMORY))

    async def release(self, team: str, what: str) -> None:
        """It was not said after all."""
        await self.redis.delete(key(team, "told", what))

    async def where(self, team: str, what: str) -> str | None:
        """Where it stands, as `note` was told."""
        found = await self.redis.get(key(team, "told", what))
        return None if found is None else text(found)

    async def note(self, team: str, what: str, where: str) -> None:
        """It stands there."""
        await self.redis.set(key(team, "told", what), where, ex=MEMORY)

    async def wait(self, team: str, what: str) -> None:
        """It will have to be told when something else has happened."""
        await self.redis.zadd(key(team, "to-tell"), {what: time.time()}, nx=True)

    async def waiting(self, team: str, most: int) -> list[str]:
        """Of what waits those that were looked at longest ago; they go to the end."""
        place = key(team, "to-tell")
        found = [text(what) for what in await self.redis.zrange(place, 0, most - 1)]
        if found:
            await self.redis.zadd(place, dict.fromkeys(found, time.time()), xx=True)
        return found

    async def settle(self, team: str, what: str) -> None:
        """It need not be looked at any more."""
        await self.redis.zrem(key(team, "to-tell"), what)
