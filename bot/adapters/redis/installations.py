"""Which workspaces installed the app, and which installations are under way.

The records are sealed before they come here; this file knows neither Slack nor the key.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.adapters.redis.keys import key, text

# The owners: ids of workspaces and of organisations. A cluster may keep it apart from the records.
INSTALLED = "apprentice:installed"
_REPLACE = (
    "if redis.call('get',KEYS[1])==ARGV[1] then redis.call('set',KEYS[1],ARGV[2]) return 1 end "
    "return 0"
)
ROTATION = 30  # seconds after which a killed process no longer keeps others from refreshing


@dataclass(frozen=True)
class RedisInstallations:
    """One sealed record for each owner."""

    redis: Redis

    async def find(self, owner: str) -> str | None:
        """The sealed record, if there is one."""
        found = await self.redis.get(key(owner, "installation"))
        return None if found is None else text(found)

    async def save(self, owner: str, sealed: str) -> None:
        """Instead of what was known before.

        Listed first: a record that is not listed would be sealed anew with no new key. One that is
        listed without a record does no harm, as the list is of whom to look at.
        """
        await self.redis.sadd(INSTALLED, owner)
        await self.redis.set(key(owner, "installation"), sealed)

    async def replace(self, owner: str, before: str, sealed: str) -> bool:
        """Only where `before` is still what is known: an uninstallation is never undone."""
        name = key(owner, "installation")
        return bool(await self.redis.eval(_REPLACE, 1, name, before, sealed))

    async def forget(self, owner: str) -> None:
        """Nothing is left of the record. Who installs the app meanwhile stays listed."""
        name = key(owner, "installation")
        await self.redis.delete(name)
        await self.redis.srem(INSTALLED, owner)
        if await self.redis.exists(name):
            await self.redis.sadd(INSTALLED, owner)

    async def owners(self) -> frozenset[str]:
        """All that have the app installed, and perhaps one that was about to."""
        return frozenset(text(owner) for owner in await self.redis.smembers(INSTALLED))

    @asynccontextmanager
    async def alone(self, owner: str) -> AsyncIterator[None]:
        """Nobody else refreshes this owner's token meanwhile: a refresh token works once."""
        lock = self.redis.lock(
            key(owner, "rotation"), timeout=ROTATION, raise_on_release_error=False
        )
        async with lock:  # whoever loses it finds the record changed
            yield

    async def issue(self, state: str, seconds: int) -> None:
        """An installation has begun; it may be completed within so many seconds."""
        await self.redis.set(_state(state), "1", ex=seconds)

    async def consume(self, state: str) -> bool:
        """True once for every state that was issued and is not too old."""
        return bool(await self.redis.delete(_state(state)))


def _state(state: str) -> str:
    return f"apprentice:install:{state}"
