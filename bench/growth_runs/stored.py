"""What a reply takes in Redis with its context and a vote, beside its JSON.

Written by the stores themselves into an empty Valkey: everything is counted that the server holds
more for it (`used_memory`), the keys' own cost too. What is gone after two days is left out: the list
of those who wait, and the marks of Slack's deliveries.
"""

import sys
import tempfile
from pathlib import Path
from typing import NamedTuple

from redis.asyncio import Redis

from bench.growth_runs.conversations import SHORT, USUAL, Shape, keep, said
from finetune import Settings
from finetune.adapters.redis import connect
from finetune.bootstrap import database

REPLIES = 2_000
LONG = 50  # turns of one thread
WAITING = "apprentice:waiting"


class Stored(NamedTuple):
    """Bytes of one reply with its context and feedback, on average."""

    what: str
    json: float
    redis: float

    @property
    def ratio(self) -> float:
        """Of Redis to JSON."""
        return self.redis / self.json


async def measure() -> list[Stored]:
    """Short and usual ones, each in a thread of its own, and those of long threads."""
    alone = [
        await _one("short", [(n, SHORT, None) for n in range(REPLIES)]),
        await _one("usual", [(n, USUAL, None) for n in range(REPLIES)]),
    ]
    turns = [(n, Shape(*USUAL[:3], n % LONG), n - n % LONG) for n in range(10 * LONG)]
    return [*alone, await _one(f"usual, a thread of {LONG} turns", turns)]


async def _one(what: str, wanted: list[tuple[int, Shape, int | None]]) -> Stored:
    with tempfile.TemporaryDirectory() as folder:
        async with database(Settings(redis_url=None, data_dir=Path(folder))) as url:
            redis = connect(url)
            await redis.config_set("appendfsync", "no")  # not what is asked here
            await keep(redis, 999_999, said(999_999, SHORT))  # scripts, what there is one of
            before, size = await _used(redis), 0
            for n, shape, thread in wanted:
                given = said(n, shape, thread)
                await keep(redis, n, given)
                size += given.json
            used = await _used(redis) - before
            await redis.aclose()
    print(f"growth: replies as they are stored, {what}", file=sys.stderr)
    return Stored(what, size / len(wanted), used / len(wanted))


async def _used(redis: Redis) -> int:
    """Bytes, once what passes has passed."""
    marks = [name async for name in redis.scan_iter("apprentice:{*}:event:*", count=1000)]
    await redis.delete(WAITING, *marks)
    return int((await redis.info("memory"))["used_memory"])
