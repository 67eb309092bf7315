"""Which signed clicks, commands and forms were taken over already.

Keyed by Slack's signature, which covers the time and the whole body: Slack signs a new one whenever
it sends something again, so the same one twice is somebody else's copy, or a proxy's second try.
"""

from dataclasses import dataclass
from typing import Literal

from redis.asyncio import Redis

from bot.adapters.redis.keys import text

MEMORY = 10 * 60  # seconds; after five minutes Slack's own rule refuses the signature as stale
_BEGUN, _DONE = "begun", "done"


@dataclass(frozen=True)
class RedisReplays:
    """`Replays`: one short-lived key for each signature."""

    redis: Redis

    async def begin(self, signature: str) -> Literal["ours", "under way", "done"]:
        if await self.redis.set(_key(signature), _BEGUN, nx=True, ex=MEMORY):
            return "ours"
        found = await self.redis.get(_key(signature))
        return "done" if found is not None and text(found) == _DONE else "under way"

    async def done(self, signature: str) -> None:
        await self.redis.set(_key(signature), _DONE, ex=MEMORY)

    async def failed(self, signature: str) -> None:
        await self.redis.delete(_key(signature))


def _key(signature: str) -> str:
    """Of no workspace: whose it is is not known before it is read."""
    return f"apprentice:replay:{signature}"
