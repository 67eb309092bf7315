"""The audit log in Redis: a stream, and indexes of it. Stores write it with their own effects.

…:audit                 stream of entries as JSON
…:audit-people          set of those who did something
…:audit-once            set of words with which something was recorded
…:audit-by:<user>       sorted set of entry ids, in the stream's order
…:audit-action:<what>   … by action
…:audit-of:<id>         … by example, vote, reply, run
…:audit-author:<user>   … by whose words it is about
"""

from collections.abc import Collection, Sequence
from typing import Any

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from finetune.adapters.redis.connection import WORKSPACES, Keys, begin, text, translated
from finetune.audit import Entry, Recorded

PAGE = 200  # entries read at once
# Within a transaction nobody learns the id that the stream gives: so the indexes are written there.
_WRITE = """
if ARGV[3] ~= '' and redis.call('SADD', KEYS[3], ARGV[3]) == 0 then return false end
local id = redis.call('XADD', KEYS[1], '*', 'entry', ARGV[1])
local ms, seq = string.match(id, '(%d+)-(%d+)')
local place = string.format('%.0f', tonumber(ms) * 1000 + math.min(tonumber(seq), 999))
if ARGV[2] ~= '' then redis.call('SADD', KEYS[2], ARGV[2]) end
for i = 4, #KEYS do redis.call('ZADD', KEYS[i], place, id) end
return id
"""


def write(pipe: Pipeline, keys: Keys, entry: Entry, once: str = "") -> None:
    """Queue an entry into a transaction, beside the effect that it tells of."""
    places = [keys("audit"), keys("audit-people"), keys("audit-once"), *_indexes(keys, entry)]
    said = entry.model_dump_json(exclude_defaults=True)
    pipe.eval(_WRITE, len(places), *places, said, entry.by, once)


class RedisAuditLog:
    """`AuditLog` of one workspace."""

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client = client
        self._keys = keys

    @translated()
    async def entries(
        self, before: str = "", limit: int = 50, by: str = "", action: str = "", about: str = ""
    ) -> Sequence[Recorded]:
        """By the narrowest index that is asked for; the rest is looked at entry by entry."""
        found: list[Recorded] = []
        narrowed = sum(map(bool, (by, action, about))) > 1
        size = PAGE if narrowed else min(PAGE, limit)
        while len(found) < limit:
            page = await self._page(before, by, action, about, size)
            found += [one for one in page if _fits(one, by, action)]
            if len(page) < size:
                break
            before = page[-1].entry_id
        return found[: max(0, limit)]

    async def _page(
        self, before: str, by: str, action: str, about: str, size: int
    ) -> list[Recorded]:
        if not (by or action or about):
            newest = f"({before}" if before else "+"
            listed = await self._client.xrevrange(self._keys("audit"), newest, "-", count=size)
            return _recorded(listed)
        index = _index(self._keys, by, action, about)
        newest = f"({_place(before)}" if before else "+inf"
        ids = await self._client.zrevrangebyscore(index, newest, "-inf", start=0, num=size)
        return await self._read([text(entry_id) for entry_id in ids])

    async def _read(self, ids: Sequence[str]) -> list[Recorded]:
        async with self._client.pipeline(transaction=False) as pipe:
            for entry_id in ids:
                pipe.xrange(self._keys("audit"), entry_id, entry_id)
            return [one for answer in await pipe.execute() for one in _recorded(answer)]

    @translated()
    async def record(self, entry: Entry, once: str = "") -> None:
        """In a transaction of its own."""
        await self._client.sadd(WORKSPACES, self._keys.team_id)
        async with self._client.pipeline(transaction=True) as pipe:
            write(pipe, self._keys, entry, once)
            await pipe.execute()

    @translated()
    async def people(self) -> Sequence[str]:
        """From the set."""
        return sorted(text(one) for one in await self._client.smembers(self._keys("audit-people")))

    @translated()
    async def erase(
        self, ids: Collection[str], authors: Collection[str] = (), until: float = 0.0
    ) -> None:
        """Each entry goes with its places in all indexes, in one transaction."""
        about = await self._all_of([self._keys("audit-of", one) for one in ids])
        theirs = await self._all_of([self._keys("audit-author", one) for one in authors])
        gone = [*about, *(entry for entry in theirs if entry.given <= until)]
        for entry in gone:
            async with self._client.pipeline(transaction=True) as pipe:
                begin(pipe)
                pipe.xdel(self._keys("audit"), entry.entry_id)
                for index in _indexes(self._keys, entry):
                    pipe.zrem(index, entry.entry_id)
                await pipe.execute()

    async def _all_of(self, indexes: Sequence[str]) -> list[Recorded]:
        found: list[Recorded] = []
        for index in indexes:
            ids = await self._client.zrange(index, 0, -1)
            found += await self._read([text(entry_id) for entry_id in ids])
        return found


def _indexes(keys: Keys, entry: Entry) -> list[str]:
    ids = dict.fromkeys(one for one in (entry.about, *entry.also) if one)
    return [
        *([keys("audit-by", entry.by)] if entry.by else []),
        keys("audit-action", entry.action),
        *(keys("audit-of", one) for one in ids),
        *(keys("audit-author", author) for author in dict.fromkeys(entry.authors)),
    ]


def _index(keys: Keys, by: str, action: str, about: str) -> str:
    if about:
        return keys("audit-of", about)
    return keys("audit-by", by) if by else keys("audit-action", action)


def _place(entry_id: str) -> int:
    """As the script counts it."""
    milliseconds, _, number = entry_id.partition("-")
    return int(milliseconds) * 1000 + min(int(number or 0), 999)


def _fits(entry: Recorded, by: str, action: str) -> bool:
    return (not by or entry.by == by) and (not action or entry.action == action)


def _recorded(answer: Any) -> list[Recorded]:
    said = ((text(entry_id), fields["entry"]) for entry_id, fields in answer)
    return [
        Recorded(entry_id=entry_id, **Entry.model_validate_json(entry).model_dump())
        for entry_id, entry in said
    ]
