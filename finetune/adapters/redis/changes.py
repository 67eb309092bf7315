"""The change feed of a workspace's examples, written in the transactions that write the rows.

…:changes   sorted set of example_ids by the position at which each was last written
…:feed      hash: epoch (a random word of this database), position, removed (how many rows)
…:readers   sorted set of readers by the position that each has told of
"""

import asyncio
import secrets
from collections.abc import Collection, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from finetune.adapters.redis.connection import Keys, text, translated
from finetune.dataset.changes import Changed, Standing
from finetune.dataset.example import Example

# One position for each row, so that what is read in portions never begins within one position.
NOTE = """
local written = tonumber(ARGV[1])
for n = 2, #ARGV do
  if n <= written + 1 then
    redis.call('ZADD', KEYS[2], redis.call('HINCRBY', KEYS[1], 'position', 1), ARGV[n])
  else
    redis.call('ZREM', KEYS[2], ARGV[n])
    redis.call('HINCRBY', KEYS[1], 'removed', 1)
    redis.call('HINCRBY', KEYS[1], 'position', 1)
  end
end
"""


def note(pipe: Pipeline, keys: Keys, written: Collection[str], removed: Collection[str]) -> None:
    """Queue into a transaction that these rows change by it."""
    if written or removed:
        names = (keys("feed"), keys("changes"))
        pipe.eval(NOTE, len(names), *names, str(len(written)), *written, *removed)


class RedisChanges:
    """`Changes` of one workspace."""

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client = client
        self._keys = keys

    @translated()
    async def standing(self, reader: str) -> Standing:
        """In one transaction, so that the numbers belong together."""
        standing = await self._standing(reader)
        if not standing.epoch:
            await self._client.hsetnx(self._keys("feed"), "epoch", secrets.token_hex(8))
            standing = await self._standing(reader)
        return standing

    @translated()
    async def tell(self, reader: str, position: int) -> None:
        """Never less than before: several processes may read for one copy."""
        await self._client.zadd(self._keys("readers"), {reader: position}, gt=True)

    async def _standing(self, reader: str) -> Standing:
        async with self._client.pipeline(transaction=True) as pipe:
            pipe.hmget(self._keys("feed"), ["epoch", "position", "removed"])
            pipe.hlen(self._keys("examples"))
            pipe.zscore(self._keys("readers"), reader)
            found: list[Any] = await pipe.execute()
        [epoch, position, removed] = [value or "" for value in found[0]]
        total, told = int(found[1]), int(found[2] or 0)
        return Standing(str(epoch), int(position or 0), int(removed or 0), total, told)

    @translated()
    async def after(self, position: int, limit: int) -> Sequence[Changed]:
        """From the sorted set."""
        found: list[Any] = await self._client.zrangebyscore(
            self._keys("changes"), f"({position}", "+inf", start=0, num=limit, withscores=True
        )
        return [Changed(text(example_id), int(score)) for example_id, score in found]

    @translated()
    async def ids(self) -> set[str]:
        """The names in the hash."""
        return {text(name) for name in await self._client.hkeys(self._keys("examples"))}

    @translated()
    async def rows(self, ids: Sequence[str]) -> dict[str, Example]:
        """In one command; read in a thread, because there may be many."""
        if not ids:
            return {}
        texts = await self._client.hmget(self._keys("examples"), list(ids))
        return await asyncio.to_thread(_read, ids, texts)


def _read(ids: Sequence[str], texts: Sequence[Any]) -> dict[str, Example]:
    return {
        example_id: Example.model_validate_json(row)
        for example_id, row in zip(ids, texts, strict=True)
        if row
    }
