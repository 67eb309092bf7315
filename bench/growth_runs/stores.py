"""Replies, votes and examples in a Valkey: bytes of each, and what an operation costs among so many.

The log on disk is off: what it adds is the same for any number. Replies and examples have a server
each, one after the other, so that a million of both fits into a few gigabytes.
"""

import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

from redis.asyncio import Redis

from bench.growth_runs import conversations
from bench.growth_runs.cloning import clone, kept_of
from bench.growth_runs.conversations import RETENTION, TEAM, USUAL, ids, said
from bench.growth_runs.examples import fill_examples, on_examples
from bench.growth_runs.table import Row
from bench.growth_runs.timing import TIMES, timed
from bot.adapters.redis import RedisPreferences, RedisStanding, RedisTurns, RedisVerdicts
from bot.adapters.redis.packed import MARK, packed
from bot.adapters.redis.quota import RedisQuota
from finetune import Settings
from finetune.adapters.redis import connect
from finetune.bootstrap import database

Filled = Callable[[Redis, int, int], Awaitable[dict[str, float]]]
Asked = Callable[[Redis, int], Awaitable[list[list[Row]]]]
BEYOND = 5_000_000  # numbers of what is written while it is timed
THREAD = 5  # turns of the thread whose history is read


async def measure(sizes: Sequence[int]) -> dict[str, list[Row]]:
    """By what is told of them."""
    seen, served = [], []
    for fill, ask in ((fill_replies, on_replies), (fill_examples, on_examples)):
        async with _valkey() as redis:
            before = 0
            for size in sizes:
                began = time.monotonic()
                grown = await fill(redis, before, size)
                seen += [Row(what, size, 0.0, each) for what, each in grown.items()]
                taken, spent = await ask(redis, size)
                seen, served, before = seen + taken, served + spent, size
                seconds = time.monotonic() - began
                print(f"growth: {ask.__name__} {size:,}: {seconds:.0f} s", file=sys.stderr)
    return {"stores": seen, "stores, processor of Redis": served}


@asynccontextmanager
async def _valkey() -> AsyncIterator[Redis]:
    with tempfile.TemporaryDirectory() as folder:
        async with database(Settings(redis_url=None, data_dir=Path(folder))) as url:
            redis = connect(url)
            await redis.config_set("appendonly", "no")
            await redis.config_set("save", "")
            yield redis
            await redis.aclose()


async def fill_replies(redis: Redis, begin: int, end: int) -> dict[str, float]:
    """Replies with their contexts, and a vote on each; the first as the stores write it."""
    if not begin:
        await conversations.keep(redis, 0, said(0, USUAL))
    keys = await kept_of(redis, ids(0))
    votes = [key for key in keys if ":verdicts:" in key.name]
    turns = [key for key in keys if key not in votes]
    numbers = range(max(begin, 1), end)
    found = {}
    for what, some, told in (("a reply with its context", turns, _told), ("a vote", votes, _same)):
        before = await used(redis)
        for first in range(numbers.start, numbers.stop, 5_000):
            portion = numbers[first - numbers.start : first - numbers.start + 5_000]
            await clone(redis, some, ids(0), [(ids(n), told(n)) for n in portion])
        found[what] = (await used(redis) - before) / len(numbers)
    return found


def _same(_n: int) -> Callable[[str, str], str]:
    return lambda _field, value: value


def _told(n: int) -> Callable[[str, str], str]:
    given = said(n, USUAL)

    def change(_field: str, value: str) -> str:
        if value.startswith(MARK):
            return packed(given.reply)
        if value.startswith('{"team"'):
            return given.turn.model_dump_json()
        return value

    return change


async def on_replies(redis: Redis, size: int) -> list[list[Row]]:
    """What a turn and a vote do."""
    turns, verdicts = RedisTurns(redis, RETENTION), RedisVerdicts(redis)
    quota, preferences = RedisQuota(redis), RedisPreferences(redis)
    base = BEYOND + size * 10
    fresh = [said(base + n, USUAL, base + n - n % THREAD) for n in range(TIMES)]
    known = [said(n * size // TIMES, USUAL) for n in range(TIMES)]
    month = datetime.now(UTC).date() - timedelta(days=30)

    async def save(n: int) -> None:
        await turns.save_reply(fresh[n].turn, fresh[n].reply, first=True)

    async def history(n: int) -> None:
        async for _ in turns.recent(fresh[n - n % THREAD + THREAD - 1].turn):
            pass

    async def take(n: int) -> None:
        turn = fresh[n].turn
        await quota.take(TEAM, f"questions:{turn.user}", turn.turn_id, most=50, seconds=600)

    found = await timed(
        redis,
        {
            "accept a turn": lambda n: turns.accept(fresh[n].turn, ids(base + n)["event"]),
            "count a question": take,
            "show an answer": lambda n: turns.posted(fresh[n].turn, fresh[n].posted),
            "save a reply": save,
            "read a thread": history,
            "answered": lambda n: turns.answered(fresh[n].turn, fresh[n].posted),
            "find a reply by its message": lambda n: turns.reply_at(
                TEAM, known[n].turn.channel, known[n].posted
            ),
            "vote": lambda n: verdicts.put(
                TEAM, known[n].vote.model_copy(update={"user": "U2", "at": 9e9})
            ),
            "read votes": lambda n: verdicts.of_reply(TEAM, known[n].reply.reply_id),
            "read a channel's settings": lambda _: preferences.channel(TEAM, "C0GENERAL1"),
            "the standing of a month": lambda _: RedisStanding(redis).daily(TEAM, month),
        },
        size,
    )
    for each in fresh:  # the next size is what it says
        await turns.forget(TEAM, each.turn.turn_id)
        await verdicts.forget(TEAM, each.reply.reply_id)
    return found


async def used(redis: Redis) -> int:
    """Bytes that the server holds."""
    return int((await redis.info("memory"))["used_memory"])
