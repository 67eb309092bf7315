"""Who is signed in to the curation pages, and what was used up: links, sign-ins.

A browser's cookie holds a random word; here is only its hash, so that a copy of the database opens
nothing. Everything here expires by itself.
"""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from hashlib import sha256

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.adapters.redis.keys import text
from bot.domain.ports import Visitor
from finetune import StoreUnavailable


@dataclass(frozen=True)
class RedisSessions:
    """Every method raises StoreUnavailable."""

    redis: Redis

    async def begin(self, word: str, visitor: Visitor, seconds: int) -> None:
        """Whoever shows this word is the visitor, for so many seconds."""
        async with _translated():
            await self.redis.set(_name("session", word), json.dumps(visitor), ex=seconds)

    async def visitor(self, word: str) -> Visitor | None:
        """Who shows this word, as long as the session lasts."""
        async with _translated():
            found = await self.redis.get(_name("session", word))
        return None if found is None else Visitor(*json.loads(text(found)))

    async def end(self, word: str) -> None:
        """The word opens nothing any more."""
        async with _translated():
            await self.redis.delete(_name("session", word))

    async def spend(self, token: str, seconds: int) -> bool:
        """True for the first who comes with what is good for so many seconds: a link, a sign-in."""
        async with _translated():
            return bool(await self.redis.set(_name("spent", token), "", nx=True, ex=seconds))


@asynccontextmanager
async def _translated() -> AsyncIterator[None]:
    try:
        yield
    except (RedisError, OSError) as error:
        raise StoreUnavailable(f"Redis: {error}") from error


def _name(kind: str, word: str) -> str:
    return f"apprentice:web:{kind}:{sha256(word.encode()).hexdigest()}"
