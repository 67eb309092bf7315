"""The curation desk with 100,000 examples: how long its pages take, and what an example costs in memory.

Seeded rows of realistic length, English and Japanese, by 30 people, with corrections, votes, flags
and rulings, are written by the store itself into a real Valkey; the bot serves as a process of its
own. Times are of whole requests over HTTP on one connection, so they hold more than the server's own.

    .venv/bin/python bench/desk.py           or  make bench ARGS="--examples 20000 --json"
"""

import argparse
import asyncio
import random
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from itertools import accumulate
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import httpx
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from bench.reporting.claims import Claim, at_most, table
from bench.reporting.said import say
from bench.stage.bot import environment, listening
from bench.stage.slack import SECRET, TEAM
from bot.demo.ports import free
from bot.web.access import Access
from finetune import Example, Flag, Message, Settings, Source, Status, Suspicion
from finetune.adapters.redis import Keys, RedisDatasetStore, connect
from finetune.adapters.redis.changes import note
from finetune.adapters.redis.connection import text
from finetune.bootstrap import database
from finetune.dataset.example import Vote

CURATOR = "U0CURATOR"
NOW = 1_763_700_000.0
PORTION = 500
ENGLISH = [
    "leave",
    "office",
    "expense",
    "report",
    "travel",
    "budget",
    "approval",
    "meeting",
    "deadline",
    "manager",
    "payroll",
    "contract",
    "invoice",
    "customer",
    "server",
    "deploy",
    "password",
    "badge",
    "remote",
    "holiday",
    "overtime",
    "insurance",
    "training",
    "laptop",
    "printer",
    "room",
    "booking",
    "policy",
    "form",
    "signature",
    "request",
    "team",
    "security",
    "backup",
    "access",
    "account",
    "project",
]
JAPANESE = [
    "有給休暇",
    "申請",
    "経費精算",
    "出張",
    "承認",
    "会議室",
    "予約",
    "上司",
    "総務部",
    "請求書",
    "提出",
    "締め切り",
    "勤怠",
    "残業",
    "在宅勤務",
    "保険",
    "研修",
    "契約",
    "顧客",
    "サーバー",
    "パスワード",
    "社員証",
    "交通費",
    "領収書",
    "手続き",
    "確認",
    "連絡",
    "期限",
    "規程",
    "部署",
]
_FOUND = re.compile(r'role="status">([\d\u202f]+) examples')
RARER = 3_000  # made-up words besides, each rarer than the one before, as in any language
HALF = "half"  # a word that every second text holds
LIMITS = {
    "review: next": 100,
    "review: approve": 100,
    "dataset: first page": 200,
    "search: a word in half of all": 200,
    "search: common word": 200,
    "search: rare word": 200,
    "search: two Japanese letters": 200,
    "search: no hit": 200,
}


def _vocabulary(words: list[str], syllables: str) -> tuple[list[str], list[float]]:
    """The words by rank, and cumulated weights: the n-th occurs 1/n times as often as the first."""
    coined, spoken = random.Random(1), syllables.split()
    more = ["".join(coined.choices(spoken, k=3)) + coined.choice(spoken) for _ in range(RARER)]
    ranked = list(dict.fromkeys([*words, *more]))
    return ranked, list(accumulate(1 / (n + 10) for n in range(len(ranked))))


VOCABULARIES = {
    False: _vocabulary(ENGLISH, "ba ce di fo gu ka lem mi nor pu ras sel ti vo wex yan"),
    True: _vocabulary(JAPANESE, "ア イ ウ エ オ カ キ ク ケ コ サ シ ス セ ソ タ ナ マ"),
}


def made(n: int, chosen: random.Random) -> Example:
    """One example; every third is in Japanese, every twentieth waits."""
    japanese = n % 3 == 0
    vocabulary, weights = VOCABULARIES[japanese]

    def words(least: int, most: int) -> str:
        number = chosen.randint(least, most)
        if japanese:
            some = chosen.choices(vocabulary, cum_weights=weights, k=number // 2 + 1)
            return "".join(word + chosen.choice("のをにはがで、") for word in some) + "です。"
        some = chosen.choices(vocabulary, cum_weights=weights, k=number)
        return " ".join(some).capitalize() + "."

    at, author = NOW - n * 600.0, f"U0PERSON{chosen.randrange(30):02}"
    corrected, waits = chosen.random() < 0.5, n % 20 == 0
    rare = (f" {HALF}" if n % 2 else "") + (" Zanzibar" if n % 25_000 == 7 else "")
    values: dict[str, Any] = {
        "example_id": f"T0BENCH:C{n % 12}:{n}.{n % 97}-{author}",
        "messages": (
            Message(role="system", content="You are the assistant of a company. Be brief."),
            Message(role="user", content=f"{words(8, 24)[:-1]} {n}?"),
            Message(role="assistant", content=words(15, 90) + rare),
        ),
        "rejected": words(15, 60) if corrected else None,
        "source": Source.CORRECTION if corrected else Source.THUMBS_UP,
        "status": Status.PENDING if waits else Status.APPROVED if n % 7 else Status.REJECTED,
        "reason": "waits for a curator" if waits else "by a curator",
        "thread": f"C{n % 12}:{n}.0",
        "reply_id": f"T0BENCH:C{n % 12}:{n}.{n % 97}",
        "authors": (author,),
        "flags": (Flag(suspicion=Suspicion.LINK, found="x.example"),) if n % 50 == 0 else (),
        "created_at": at,
        "updated_at": at,
    }
    row = Example.model_validate(values)
    return row.model_copy(update={"votes": (Vote.model_validate(row.model_dump() | {"at": at}),)})


async def seed(client: Redis, count: int) -> float:
    """Write the rows as the store writes them; bytes of Redis for each."""
    store, chosen = RedisDatasetStore(client, Keys(TEAM)), random.Random(7)
    await client.sadd("apprentice:workspaces", TEAM)
    before = (await client.info("memory"))["used_memory"]
    for begin in range(0, count, PORTION):
        pipe: Pipeline = client.pipeline(transaction=True)
        rows = [made(n, chosen) for n in range(begin, min(begin + PORTION, count))]
        for row in rows:
            store._write(pipe, row)  # noqa: SLF001 - as each of its transactions does
            pipe.hset(Keys(TEAM)("prompt", row.prompt_key), row.example_id, row.status)
        note(pipe, Keys(TEAM), [row.example_id for row in rows], [])
        await pipe.execute()
    return float((await client.info("memory"))["used_memory"] - before) / count


@asynccontextmanager
async def desk(redis_url: str, folder: str) -> AsyncIterator[httpx.AsyncClient]:
    """The bot as a process, and a curator who is signed in."""
    [port] = free(1)
    nowhere = "http://127.0.0.1:9"
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "serve", "--no-worker"),
        cwd=folder,
        env=environment(nowhere, redis_url, folder, port) | {"ADMINS": CURATOR},
        stderr=asyncio.subprocess.DEVNULL,
    )
    url = f"http://127.0.0.1:{port}"
    try:
        async with httpx.AsyncClient(base_url=url, timeout=120, follow_redirects=True) as browser:
            await listening(port)
            access = Access(SECRET, "", None)  # type: ignore[arg-type]  # only its links are used
            page = await browser.get(access.link(TEAM, CURATOR))
            action = re.search(r'action="([^"]+)"', page.text)
            fields = dict(re.findall(r'name="(\w+)" value="([^"]*)"', page.text))
            entered = await browser.post(action[1] if action else str(page.url), data=fields)
            assert entered.status_code == 200, entered.text
            yield browser
    finally:
        process.terminate()
        await process.wait()


async def filled(browser: httpx.AsyncClient) -> float:
    """Seconds until the search has read everything."""
    began = time.perf_counter()
    while "refresh" in (await browser.get("/curate/dataset")).headers:
        await asyncio.sleep(0.2)
    return time.perf_counter() - began


async def timed(times: int, once: Callable[[int], Any]) -> dict[str, float]:
    """Milliseconds of a request, and what a search finds; the first ones warm up."""
    taken, found = [], list[float]()
    for n in range(-2, times):
        answer, seconds = await once(n)
        assert answer.status_code in {200, 303}, answer.text
        if n >= 0:
            taken.append(seconds * 1000)
            found += (
                [float(told[1].replace("\u202f", ""))]
                if (told := _FOUND.search(answer.text))
                else []
            )
    figures = {"median": round(median(taken), 1), "p95": round(quantiles(taken, n=20)[-1], 1)}
    return figures | ({"found": median(found)} if found else {})


async def measure(count: int, times: int) -> dict[str, Any]:
    """All of it."""
    with tempfile.TemporaryDirectory() as folder:
        async with database(Settings(redis_url=None, data_dir=Path(folder))) as redis_url:
            client = connect(redis_url)
            bytes_each = await seed(client, count)
            async with desk(redis_url, folder) as browser:
                seconds = await filled(browser)
                size = sum(f.stat().st_size for f in Path(folder, "search").rglob("*.sqlite*"))
                found = await _pages(browser, client, times)
            await client.aclose()
    return {
        "examples": count,
        "times": times,
        "pages": found,
        "first_fill_s": round(seconds, 1),
        "redis_bytes_per_example": round(bytes_each),
        "index_bytes_per_example": round(size / count),
    }


async def _pages(browser: httpx.AsyncClient, client: Redis, times: int) -> dict[str, Any]:
    place = Keys(TEAM)("status", Status.PENDING)
    waiting = [text(each) for each in await client.zrange(place, 0, 2 * times + 20)]

    def get(*addresses: str) -> Callable[[int], Any]:
        async def once(n: int) -> Any:
            began = time.perf_counter()
            answer = await browser.get(addresses[n % len(addresses)])
            return answer, time.perf_counter() - began

        return once

    async def approve(n: int) -> Any:
        place = f"/curate/review/{waiting[n + 2]}"
        page = await browser.get(place)
        form = re.search(r'name="form_token" value="([^"]+)"', page.text)
        seen = re.search(r'name="seen" value="([^"]+)"', page.text)
        assert form, page.text
        assert seen, page.text
        fields = {"form_token": form[1], "seen": seen[1]}
        began = time.perf_counter()
        answer = await browser.post(f"{place}/approve", data=fields, follow_redirects=False)
        return answer, time.perf_counter() - began

    def search(*words: str) -> Callable[[int], Any]:
        return get(*(f"/curate/dataset?text={word}" for word in words))

    # Words change from one request to the next, so that no answer is one that was kept.
    asked = {
        "review: next": get(*(f"/curate/review/{example_id}" for example_id in waiting)),
        "review: approve": approve,
        "dataset: first page": get("/curate/dataset", "/curate/dataset?order=oldest"),
        "search: a word in half of all": search(HALF, HALF[:3], HALF[1:]),
        "search: common word": search("leave", "office", "policy", "travel", "budget"),
        "search: rare word": search("zanzibar", "zanziba", "anzibar", "nzibar"),
        "search: two Japanese letters": search("有給", "経費", "出張", "承認", "残業"),
        "search: no hit": search("xylophone", "zebra", "quokka", "該当なし"),
    }
    return {name: await timed(times, once) for name, once in asked.items()}


def markdown(found: dict[str, Any]) -> str:
    """The section of the report."""
    rows = [
        (name, taken["median"], taken["p95"], LIMITS[name], f"{taken.get('found', 0):,.0f}")
        for name, taken in found["pages"].items()
    ]
    return (
        f"Whole requests over HTTP with {found['examples']:,} examples in Valkey, {found['times']} of "
        "each.\n\n"
        + table(["ms", "median", "p95", "at most", "finds"], rows)
        + f"\nThe first fill of the search takes {found['first_fill_s']} s; an example costs "
        f"{found['redis_bytes_per_example']:,} bytes of Valkey and "
        f"{found['index_bytes_per_example']:,} of the search file.\n"
    )


def claims(found: dict[str, Any]) -> list[Claim]:
    return [
        claim
        for name, taken in found["pages"].items()
        for claim in at_most(f"{name}, median", taken["median"], LIMITS[name], "ms")
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--examples", type=int, default=100_000)
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--quick", action="store_true", help="15 times")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = asyncio.run(measure(options.examples, 15 if options.quick else options.times))
    say(found, markdown, as_json=options.json)


if __name__ == "__main__":
    main()
