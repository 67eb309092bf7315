"""Examples in Redis. A question's rows change together in one optimistic transaction.

…:examples          hash  example_id → the row as JSON
…:votes             hash  vote's example_id → example_id of the row that holds it
…:prompt:<key>      hash  example_id → status; watched while the question's rows change
…:status:<status>   sorted set of example_ids by given_at
…:author:<user>     sorted set of example_ids by given_at
…:question:<key>    set of example_ids approved without a ruling, by nearly the same question
The change feed is in `changes.py`.
"""

import asyncio
import random
import re
from collections.abc import AsyncIterator, Callable, Collection, Sequence

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import WatchError

from finetune.adapters.redis.audit import write
from finetune.adapters.redis.changes import note
from finetune.adapters.redis.connection import WORKSPACES, Keys, begin, text, translated
from finetune.audit import Entry
from finetune.dataset.erasing import replies
from finetune.dataset.example import Example, Status
from finetune.dataset.nearly import question_key
from finetune.dataset.store import Beside, Crowd, Place, Rows
from finetune.errors import StoreUnavailable

# Of the rows of several questions, and of what stands beside them.
Change = Callable[[Sequence[Rows], Crowd], Sequence[Rows]]
NOBODY = Crowd(0, 0)
ATTEMPTS = 50  # each lost attempt means that another one succeeded
LONGEST_WAIT = 0.2  # seconds between two of them
TIES = 50  # rows of the very same time among which a place is looked for
PORTION = 1_000  # rows of a pass read at once
OVERLAP = 100  # ids read again, so that none is passed over when some before them leave
# Within a text every quotation mark has a backslash before it, so that this is a key of a row.
_REPLY = re.compile(r'"reply_id":\s*"([^"]*)"')


class RedisDatasetStore:
    """`DatasetStore` of one workspace."""

    def __init__(self, client: Redis, keys: Keys) -> None:
        self._client = client
        self._keys = keys

    @translated()
    async def amend(
        self,
        prompt_key: str,
        change: Callable[[Rows], Rows],
        told: Callable[[Rows], Entry] | None = None,
    ) -> Rows:
        """Optimistic: read, derive, write if nobody wrote in between, else again."""
        [rows] = await self._changed([prompt_key], lambda groups, _: [change(groups[0])], told=told)
        return rows

    @translated()
    async def amend_beside(
        self, prompt_key: str, beside: Beside, change: Callable[[Rows, Crowd], Rows]
    ) -> Rows:
        """The indexes that are counted are watched too: whoever comes second counts the first."""
        [rows] = await self._changed(
            [prompt_key], lambda groups, crowd: [change(groups[0], crowd)], beside
        )
        return rows

    @translated()
    async def regroup(
        self, one: str, other: str, change: Callable[[Rows, Rows], tuple[Rows, Rows]]
    ) -> None:
        """In one transaction: a row is never in neither question, nor in both."""
        await self._changed([one, other], lambda groups, _: change(groups[0], groups[1]))

    async def _changed(
        self,
        prompt_keys: Sequence[str],
        change: Change,
        beside: Beside | None = None,
        told: Callable[[Rows], Entry] | None = None,
    ) -> Sequence[Rows]:
        await self._client.sadd(WORKSPACES, self._keys.team_id)
        for attempt in range(ATTEMPTS):
            await asyncio.sleep(random.uniform(0, min(LONGEST_WAIT, 0.01 * attempt)))  # noqa: S311
            async with self._client.pipeline(transaction=True) as pipe:
                try:
                    return await self._try_change(pipe, prompt_keys, change, beside, told)
                except WatchError:
                    continue
        raise StoreUnavailable("too many writers of one question at once; try again")

    async def _try_change(
        self,
        pipe: Pipeline,
        prompt_keys: Sequence[str],
        change: Change,
        beside: Beside | None,
        told: Callable[[Rows], Entry] | None,
    ) -> Sequence[Rows]:
        places = [self._keys("prompt", prompt_key) for prompt_key in prompt_keys]
        await pipe.watch(*places)
        ids = [[text(key) for key in await pipe.hkeys(place)] for place in places]
        before = [
            tuple(row for row in await self._rows(group) if row.prompt_key == prompt_key)
            for prompt_key, group in zip(prompt_keys, ids, strict=True)
        ]  # a row that answers another question now is that one's
        crowd = NOBODY if beside is None else await self._crowd(pipe, beside, before[0])
        after = list(change(before, crowd))
        if after == before:
            return after
        begin(pipe)
        for rows in before:
            self._forget(pipe, rows)
        for place, rows in zip(places, after, strict=True):
            pipe.delete(place)
            for row in rows:
                self._write(pipe, row)
                pipe.hset(place, row.example_id, row.status)
        self._note(pipe, before, after)
        if told is not None:
            write(pipe, self._keys, told(after[0]))
        await pipe.execute()
        return after

    async def _crowd(self, pipe: Pipeline, beside: Beside, own: Rows) -> Crowd:
        author = self._keys("author", beside.author)
        question = self._keys("question", beside.question_key)
        await pipe.watch(author, question)
        theirs = await pipe.zrangebyscore(author, f"({beside.since}", "+inf")
        alike = await pipe.smembers(question)
        mine = {row.example_id for row in own}
        return Crowd(len(set(map(text, theirs)) - mine), len(set(map(text, alike)) - mine))

    def _note(self, pipe: Pipeline, before: Sequence[Rows], after: Sequence[Rows]) -> None:
        old = {row.example_id: row for rows in before for row in rows}
        new = {row.example_id: row for rows in after for row in rows}
        written = [example_id for example_id, row in new.items() if old.get(example_id) != row]
        note(pipe, self._keys, written, [known for known in old if known not in new])

    def _forget(self, pipe: Pipeline, rows: Rows) -> None:
        for row in rows:
            pipe.srem(self._keys("question", question_key(row.question)), row.example_id)
            pipe.hdel(self._keys("examples"), row.example_id)
            pipe.zrem(self._keys("status", row.status), row.example_id)
            for author in row.authors:
                pipe.zrem(self._keys("author", author), row.example_id)
            for vote in row.votes:
                pipe.hdel(self._keys("votes"), vote.example_id)

    def _write(self, pipe: Pipeline, row: Example) -> None:
        pipe.hset(self._keys("examples"), row.example_id, row.model_dump_json())
        pipe.zadd(self._keys("status", row.status), {row.example_id: row.given_at})
        if row.status is Status.APPROVED and row.ruling is None and row.reply_id is not None:
            pipe.sadd(self._keys("question", question_key(row.question)), row.example_id)
        for author in row.authors:
            pipe.zadd(self._keys("author", author), {row.example_id: row.given_at})
        for vote in row.votes:
            pipe.hset(self._keys("votes"), vote.example_id, row.example_id)

    @translated()
    async def get(self, example_id: str) -> Example | None:
        """By the vote first: a row's id may also be a vote that has moved."""
        holder = await self._client.hget(self._keys("votes"), example_id)
        found = await self._rows([text(holder or example_id)])
        return found[0] if found else None

    @translated()
    async def many(self, ids: Sequence[str]) -> list[Example]:
        """In one command; by the rows' own ids."""
        return list(await self._rows(list(ids)))

    @translated()
    async def of_replies(self, reply_ids: Collection[str]) -> list[Example]:
        """By where each row comes from: what was asked is written otherwise once patterns change."""
        found: dict[str, Example] = {}
        async for key, row in self._client.hscan_iter(self._keys("examples"), count=500):
            if not set(_REPLY.findall(text(row))).isdisjoint(reply_ids):
                found[text(key)] = Example.model_validate_json(row)
        return [row for row in found.values() if not replies(row).isdisjoint(reply_ids)]

    @translated()
    async def listed(
        self, status: Status, offset: int = 0, limit: int | None = None
    ) -> list[Example]:
        """Oldest first."""
        end = -1 if limit is None else offset + limit - 1
        if limit == 0:
            return []
        ids = await self._client.zrange(self._keys("status", status), offset, end)
        return list(await self._rows([str(example_id) for example_id in ids]))

    async def stored(self, status: Status) -> AsyncIterator[Sequence[bytes]]:
        """By rank. Each portion of ids begins among those of the one before, in case some left."""
        begin, known = 0, frozenset[str]()
        while True:
            ids = await self._ids(status, max(0, begin - OVERLAP))
            if known and known.isdisjoint(ids):
                raise StoreUnavailable("very many examples left the dataset at once; try again")
            if not (fresh := [each for each in ids if each not in known]):
                return
            yield await self._raw(fresh)
            begin, known = max(0, begin - OVERLAP) + len(ids), frozenset(ids)

    @translated()
    async def _ids(self, status: Status, begin: int) -> list[str]:
        ids = await self._client.zrange(self._keys("status", status), begin, begin + PORTION - 1)
        return [text(each) for each in ids]

    @translated()
    async def _raw(self, ids: Sequence[str]) -> list[bytes]:
        found: list[bytes | None] = await self._client.execute_command(  # type: ignore[no-untyped-call]
            "HMGET", self._keys("examples"), *ids, NEVER_DECODE=True
        )
        return [row for row in found if row]

    @translated()
    async def version(self) -> str:
        """The feed's position."""
        return str(await self._client.hget(self._keys("feed"), "position"))

    @translated()
    async def place(self, status: Status, example_id: str, given_at: float) -> Place:
        """By rank; of one that is not there by its time, and by its id among those of that time."""
        ordered = self._keys("status", status)
        found = await self._client.zrank(ordered, example_id)
        if found is None:
            return await self._beside(ordered, (given_at, example_id))
        rank = int(str(found))
        near = await self._client.zrange(ordered, max(0, rank - 1), rank + 1)
        ids = [text(each) for each in near]
        own = ids.index(example_id) if example_id in ids else 0
        total = max(int(await self._client.zcard(ordered)), rank + 1)
        return Place(rank + 1, total, *_only(ids[:own][-1:], ids[own + 1 :][:1]))

    async def _beside(self, ordered: str, here: tuple[float, str]) -> Place:
        async with self._client.pipeline(transaction=False) as pipe:
            pipe.zcard(ordered)
            pipe.zrevrangebyscore(ordered, here[0], "-inf", 0, TIES, withscores=True)
            pipe.zrangebyscore(ordered, here[0], "+inf", 0, TIES, withscores=True)
            pipe.zrangebyscore(ordered, f"({here[0]}", "+inf", 0, 1, withscores=True)
            total, earlier, later, beyond = await pipe.execute()
        before = [text(each) for each, at in earlier if (at, text(each)) < here]
        after = [text(each) for each, at in [*later, *beyond] if (at, text(each)) > here]
        return Place(0, int(total), *_only(before, after))

    @translated()
    async def of_prompt(self, prompt_key: str) -> Rows:
        """As far as they are still that question's."""
        ids = [text(key) for key in await self._client.hkeys(self._keys("prompt", prompt_key))]
        return tuple(row for row in await self._rows(ids) if row.prompt_key == prompt_key)

    @translated()
    async def by_author(self, author: str, limit: int, offset: int = 0) -> list[Example]:
        """Newest first."""
        last = offset + limit - 1
        ids = await self._client.zrevrange(self._keys("author", author), offset, last)
        return list(await self._rows([str(example_id) for example_id in ids]))

    @translated()
    async def count_by_author(self, author: str) -> int:
        """From the sorted set."""
        return int(await self._client.zcard(self._keys("author", author)))

    @translated()
    async def counts(self) -> dict[Status, int]:
        """From the sorted sets."""
        return {s: int(await self._client.zcard(self._keys("status", s))) for s in Status}

    async def _rows(self, ids: list[str]) -> Rows:
        if not ids:
            return ()
        texts = await self._client.hmget(self._keys("examples"), ids)
        return tuple(Example.model_validate_json(row) for row in texts if row)


def _only(before: Sequence[str], after: Sequence[str]) -> tuple[str, str]:
    return next(iter(before), ""), next(iter(after), "")
