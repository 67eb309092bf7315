"""Very many examples in a Valkey, soon: rows as the store writes them, less what no pass reads.

The n-th example is always the same. About 700 bytes of text each, English and Japanese.
"""

import json
import random
from itertools import accumulate
from typing import Any

from redis.asyncio import Redis

from finetune.adapters.redis import Keys

TEAM = "T0MILLION"
PORTION = 1_000
NOW = 1_763_700_000.0
SYLLABLES = {
    False: [
        "ba",
        "ce",
        "di",
        "fo",
        "gu",
        "ka",
        "lem",
        "mi",
        "nor",
        "pu",
        "ras",
        "sel",
        "ti",
        "vo",
        "wex",
        "yan",
    ],
    True: [
        "有給",
        "休暇",
        "申請",
        "経費",
        "精算",
        "出張",
        "承認",
        "会議",
        "予約",
        "総務",
        "請求",
        "提出",
        "勤怠",
        "残業",
        "保険",
        "研修",
    ],
}
WORDS = 3_000
WAITS = 20  # one of so many
RARE = "Zanzibar"  # in one of 25,000 questions
_SYSTEM = "You are the assistant of a company. Be brief."


def _coined(japanese: bool) -> tuple[list[str], list[float]]:
    """Words by rank, and cumulated weights: the n-th occurs 1/n times as often as the first."""
    chosen, spoken = random.Random(1), SYLLABLES[japanese]
    words = ["".join(chosen.choices(spoken, k=1 + n % 3)) for n in range(WORDS)]
    return words, list(accumulate(1 / (n + 10) for n in range(WORDS)))


VOCABULARY = {japanese: _coined(japanese) for japanese in (False, True)}


def _text(chosen: random.Random, japanese: bool, words: int) -> str:
    known, weights = VOCABULARY[japanese]
    some = chosen.choices(known, cum_weights=weights, k=words)
    return "は".join(some) + "です。" if japanese else " ".join(some).capitalize() + "."


def made(n: int) -> dict[str, Any]:
    """The fields of an `Example`: every twentieth waits, half of the others are corrections."""
    chosen, japanese = random.Random(n), n % 3 == 0
    long, corrected = 30 if japanese else 50, n % 2 == 1
    author, example_id = f"U0PERSON{n % 300:03}", f"{TEAM}:C{n % 12}:{NOW - n}:U0PERSON{n % 300:03}"
    rare = f" {RARE}" if n % 25_000 == 7 else ""
    vote: dict[str, Any] = {
        "example_id": example_id,
        "source": "correction" if corrected else "thumbs_up",
        "status": "approved" if n % WAITS else "pending",
        "reason": "by a curator" if n % WAITS else "waits for a curator",
        "rejected": _text(chosen, japanese, long // 2) if corrected else None,
        "thread": f"C{n % 12}:{n // 2}.0",
        "reply_id": f"{TEAM}:C{n % 12}:{n}.1",
        "authors": [author],
        "approved_by": author,
        "edited_by": None,
        "fault": None,
        "note": None,
        "flags": [],
        "by_curator": False,
    }
    said = [
        {"role": "system", "content": _SYSTEM, "name": None},
        {"role": "user", "content": f"{_text(chosen, japanese, 12)} {n}{rare}?", "name": None},
        {"role": "assistant", "content": _text(chosen, japanese, long), "name": None},
    ]
    at = NOW - n
    times = {"created_at": at, "updated_at": at}
    return vote | times | {"messages": said, "votes": [vote | {"at": at}], "ruling": None}


async def fill(client: Redis, begin: int, end: int) -> None:
    """Add the examples from the `begin`-th up to the `end`-th."""
    keys = Keys(TEAM)
    await client.sadd("apprentice:workspaces", TEAM)
    for first in range(begin, end, PORTION):
        rows = [made(n) for n in range(first, min(first + PORTION, end))]
        told = {row["example_id"]: json.dumps(row, ensure_ascii=False) for row in rows}
        times: dict[str, dict[str, float]] = {"approved": {}, "pending": {}}
        for row in rows:
            times[row["status"]][row["example_id"]] = row["created_at"]
        async with client.pipeline(transaction=True) as pipe:
            pipe.hset(keys("examples"), mapping=told)
            for status, some in times.items():
                pipe.zadd(keys("status", status), some)
            pipe.zadd(keys("changes"), {each: first + n for n, each in enumerate(told, 1)})
            pipe.hset(keys("feed"), "position", str(first + len(rows)))
            await pipe.execute()
