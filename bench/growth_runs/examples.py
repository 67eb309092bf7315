"""Examples as votes and corrections make them, and what is done with them at the desk."""

import random
from collections.abc import Sequence

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bench.growth_runs.conversations import TEAM, USUAL, said, text
from bench.growth_runs.table import Row
from bench.growth_runs.timing import TIMES, timed
from bot.curation import derive
from bot.domain.feedback import Rating
from finetune import Dataset, Example, Status
from finetune.adapters.redis import Keys, RedisAuditLog, RedisDatasetStore
from finetune.adapters.redis.changes import note
from finetune.audit import Action, Entry
from finetune.dataset.example import Vote
from finetune.dataset.limits import Limits

PORTION, PAGE = 500, 20
BEYOND = 5_000_000
WAITS = 10  # every so-manieth waits for a curator


def example(n: int, *, corrected: bool | None = None) -> Example:
    """What a vote on the n-th reply makes; every second is a correction."""
    given, chosen = said(n, USUAL._replace(before=0)), random.Random(-n)
    vote = given.vote
    if n % 2 if corrected is None else corrected:
        told = {"rating": Rating.DOWN, "correction": text(chosen, USUAL.answer)}
        vote = vote.model_copy(update=told)
    [made] = derive(given.reply, [vote], frozenset({vote.user})).values()
    if n % WAITS == 0:
        made = made.model_copy(update={"status": Status.PENDING, "approved_by": None})
    voted = Vote.model_validate(made.model_dump() | {"at": vote.at})
    return made.model_copy(update={"votes": (voted,)})


async def fill_examples(redis: Redis, begin: int, end: int) -> dict[str, float]:
    """As each transaction of the store writes them, with the change feed."""
    store, keys = RedisDatasetStore(redis, Keys(TEAM)), Keys(TEAM)
    await redis.sadd("apprentice:workspaces", TEAM)
    if not begin:
        await _log(RedisAuditLog(redis, keys))
    before, json = await _used(redis), 0
    for first in range(begin, end, PORTION):
        rows = [example(n) for n in range(first, min(first + PORTION, end))]
        pipe: Pipeline = redis.pipeline(transaction=True)
        for row in rows:
            store._write(pipe, row)  # noqa: SLF001 - as each of its transactions does
            pipe.hset(keys("prompt", row.prompt_key), row.example_id, row.status)
            json += len(row.model_dump_json().encode())
        note(pipe, keys, [row.example_id for row in rows], [])
        await pipe.execute()
    grown, count = await _used(redis) - before, end - begin
    return {"an example": grown / count, "an example's JSON": json / count}


async def on_examples(redis: Redis, size: int) -> list[list[Row]]:
    """Feedback becomes examples; a curator looks at them and decides."""
    keys = Keys(TEAM)
    store, audit = RedisDatasetStore(redis, keys), RedisAuditLog(redis, keys)
    dataset = Dataset(store, limits=Limits(10**6, 10**6), audit=audit)
    base = BEYOND + size * 10
    fresh = [example(base + n, corrected=False) for n in range(TIMES)]
    better = [example(base + TIMES + n, corrected=True) for n in range(TIMES)]
    approved = [each.example_id for each in await store.listed(Status.PENDING, 0, TIMES)]
    edited = [each.example_id for each in await store.listed(Status.PENDING, TIMES, TIMES)]
    found = await timed(
        redis,
        {
            "an example from a vote": lambda n: dataset.submit(_new(fresh[n])),
            "an example from a correction": lambda n: dataset.submit(_new(better[n])),
            "approve an example": lambda n: dataset.approve(approved[n], "U0CURATOR"),
            "edit an example": lambda n: dataset.edit(edited[n], f"Better {n}.", "U0CURATOR"),
            "the queue's first page": lambda _: store.listed(Status.PENDING, 0, PAGE),
            "a page in its middle": lambda n: store.listed(Status.PENDING, size // 20 + n, PAGE),
            "the next of the queue": lambda n: store.place(Status.PENDING, approved[n], 0.0),
            "an author's examples": lambda n: store.by_author(fresh[n].authors[0], PAGE),
            "counts of examples": lambda _: store.counts(),
            "a page of the audit log": lambda _: audit.entries(limit=50),
            "a page of one curator's": lambda _: audit.entries(limit=50, by="U0CURATOR"),
        },
        size,
    )
    await _forget(dataset, [*fresh, *better])
    return found


async def _log(audit: RedisAuditLog) -> None:
    """More than a page of it, so that a page is as long at every size."""
    for n in range(300):
        entry = Entry(at=float(n), by="U0CURATOR", action=Action.APPROVED, about=f"example {n}")
        await audit.record(entry)


def _new(row: Example) -> Example:
    return row.model_copy(update={"votes": (), "status": Status.PENDING, "approved_by": None})


async def _forget(dataset: Dataset, rows: Sequence[Example]) -> None:
    for row in rows:
        await dataset.withdraw(row.example_id, "was timed")


async def _used(redis: Redis) -> int:
    return int((await redis.info("memory"))["used_memory"])
