"""A turn through the bot as it is deployed, beside a handler that keeps nothing and a public bot.

One Slack and one model on loopback, in a process of their own; the model says its first piece after
50 ms and 59 more every 5 ms. Questions are delivered signed, at a steady rate, again when refused.
Every contender gets the same, in turn, several times in one run; medians are shown with the ratio to
the raw handler. Then: every delivery twice; killed every three seconds; the highest rate it keeps up.
The peer is agno's Slack interface, where its package can be installed (into .tools/agno).

    make bench                   or  .venv/bin/python bench/turns.py --repeats 3 --json
"""

import argparse
import asyncio
import json
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median
from typing import Any

import aiohttp

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.turns_runs import audit, contenders  # noqa: E402 - found from the root
from bench.turns_runs.contenders import AGNO, RAW, Contender, Running, Site, ours  # noqa: E402
from bench.turns_runs.load import Delivered, Load  # noqa: E402
from bot.demo.ports import free  # noqa: E402

END = 15.0  # seconds after the last delivery for the last answer
SLOW, FAST = (2.0, 40), (25.0, 500)  # turns a second, turns
KILL_EVERY, KILLED_TURNS = 3.0, 200
RATES = (10, 15, 20, 25, 30, 40, 50, 60, 80)
RATE_SECONDS = 8.0
Json = dict[str, Any]


class World:
    """The stand-ins, over HTTP."""

    def __init__(self, http: aiohttp.ClientSession, url: str) -> None:
        self._http, self.url = http, url

    async def forget(self) -> None:
        """Begin anew."""
        await self._http.post(f"{self.url}/reset")

    async def settled(self, marks: list[str], seconds: float = END) -> Json:
        """What it noted, once every mark is answered whole, or time is over."""
        found: Json = {}
        for _ in range(int(seconds / 0.5)):
            async with self._http.get(f"{self.url}/report") as answer:
                found = await answer.json()
            if audit.fate(marks, found["texts"]).once == len(marks):
                break
            await asyncio.sleep(0.5)
        return found


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    """The stand-ins' process."""
    [port] = free(1)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.turns_runs.world", str(port), cwd=ROOT
    )
    try:
        await contenders.listening(port)
        async with aiohttp.ClientSession() as http:
            yield World(http, f"http://127.0.0.1:{port}")
    finally:
        process.kill()
        await process.wait()


async def steady(stage: World, running: Running, rate: float, turns: int) -> Json:
    """At a steady rate: times, fates, and what it cost."""
    await stage.forget()
    before, valkey = running.processor(), running.database_processor()
    load = Load(running.url, rate, turns)
    delivered, peak = await _watched(load, running)
    marks = [each.mark for each in delivered]
    seen = await stage.settled(marks)
    times = audit.times(delivered, seen)
    return {
        **{name: audit.spread(values) for name, values in times.items()},
        "cpu_s": round((running.processor() - before) / turns * 1000, 1),
        "database_cpu_s": round((running.database_processor() - valkey) / turns * 1000, 1),
        "memory_mib": round(peak),
        "slack_calls": round(sum(seen["calls"].values()) / turns, 1),
        **audit.fate(marks, seen["texts"])._asdict(),
    }


async def _watched(load: Load, running: Running) -> tuple[list[Delivered], float]:
    """The deliveries, and the most memory that the bot had meanwhile."""
    work, peak = asyncio.create_task(load.deliver()), running.memory()
    while not work.done():
        await asyncio.wait([work], timeout=0.5)
        peak = max(peak, running.memory())
    return await work, peak


async def twice(stage: World, running: Running) -> Json:
    """Every delivery a second time."""
    await stage.forget()
    delivered = await Load(running.url, 10.0, 100, twice=True).deliver()
    marks = [each.mark for each in delivered]
    seen = await stage.settled(marks, 6.0)
    return audit.fate(marks, seen["texts"])._asdict()


async def killed(stage: World, running: Running) -> Json:
    """Killed without a word every few seconds, and started again at once."""
    await stage.forget()
    work = asyncio.create_task(Load(running.url, 10.0, KILLED_TURNS).deliver())
    while not work.done():
        await asyncio.wait([work], timeout=KILL_EVERY)
        if not work.done():
            await running.kill()
            await running.start()
    marks = [each.mark for each in await work]
    seen = await stage.settled(marks, 45.0)
    return audit.fate(marks, seen["texts"])._asdict()


async def highest(stage: World, running: Running) -> float:
    """The highest rate at which every question is answered whole within two seconds of the last."""
    kept_up = 0.0
    for rate in RATES:
        await stage.forget()
        delivered = await Load(running.url, rate, int(rate * RATE_SECONDS)).deliver()
        marks = [each.mark for each in delivered]
        late = any(each.ack is None or each.tries > 1 for each in delivered)
        seen = await stage.settled(marks, 2.0)
        if late or audit.fate(marks, seen["texts"]).once < len(marks):
            break
        kept_up = rate
    return kept_up


async def one(stage: World, contender: Contender, parts: set[str]) -> Json:
    """Everything about one contender, once."""
    found: Json = {}
    with tempfile.TemporaryDirectory() as folder:
        site = Site(stage.url, free(3)[0], Path(folder))
        async with contenders.up(contender, site) as running:
            await steady(stage, running, 5.0, 10)  # warms everything up
            if "slow" in parts:
                found["slow"] = await steady(stage, running, *SLOW)
            if "fast" in parts:
                found["fast"] = await steady(stage, running, *FAST)
            if "twice" in parts:
                found["twice"] = await twice(stage, running)
            if "highest" in parts:
                found["highest"] = await highest(stage, running)
            if "killed" in parts:
                found["killed"] = await killed(stage, running)
    return found


def peer() -> bool:
    """Install the peer if it can be had; whether it is there."""
    if contenders.PEER.exists():
        return True
    made = [sys.executable, "-m", "venv", str(contenders.PEER.parents[1])]
    needs = ["agno>=3", "openai", "slack-sdk", "aiohttp", "fastapi", "uvicorn", "python-multipart"]
    pip = [str(contenders.PEER), "-m", "pip", "install", "--quiet", *needs]
    try:
        subprocess.run(made, check=True, timeout=120)
        subprocess.run(pip, check=True, timeout=300, capture_output=True)
    except (subprocess.SubprocessError, OSError):
        return False
    return True


def combined(rounds: list[Json]) -> Any:
    """Medians of numbers, at every place of what the rounds have in common."""
    if isinstance(rounds[0], dict):
        return {name: combined([each[name] for each in rounds]) for name in rounds[0]}
    known = [each for each in rounds if each is not None]
    return median(known) if known else None


async def measure(repeats: int, parts: set[str], who: list[Contender]) -> Json:
    """All contenders in turn, `repeats` times; the parts that break things only once."""
    rounds: dict[str, list[Json]] = {contender.name: [] for contender in who}
    once: dict[str, Json] = {}
    async with world() as stage:
        for number in range(repeats):
            for contender in who:
                timed = parts & {"slow", "fast"}
                print(f"round {number + 1}: {contender.name}", file=sys.stderr)
                rounds[contender.name].append(await one(stage, contender, timed))
        for contender in who:
            print(f"once: {contender.name}", file=sys.stderr)
            once[contender.name] = await one(stage, contender, parts - {"slow", "fast"})
    return {name: combined(rounds[name]) | once[name] for name in rounds}


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--parts", default="slow,fast,twice,highest,killed")
    parser.add_argument("--only", default="", help="ours, raw handler, agno")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    who = [ours(), RAW, *([AGNO] if peer() else [])]
    who = [each for each in who if not options.only or each.name in options.only.split(",")]
    found = asyncio.run(measure(options.repeats, set(options.parts.split(",")), who))
    print(json.dumps(found, indent=None if options.json else 1))


if __name__ == "__main__":
    main()
