"""A turn through the bot as it is deployed, beside a handler that keeps nothing and a public bot.

One Slack and one model on loopback, in a process of their own; the model says its first piece after
50 ms and 59 more every 5 ms. Questions are delivered signed, at a steady rate, again when refused or
not taken in 3 s. Every contender gets the same, in turn, several times in one run; medians are shown
with the ratio to the others. Then: every delivery twice; killed every three seconds; the highest rate
it keeps up. The peer is agno's Slack interface, where its package can be had (into .tools/agno).

    make bench                   or  .venv/bin/python bench/turns.py --repeats 3 --parts fast
"""

import argparse
import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

from bench.reporting.said import say
from bench.turns_runs import contenders
from bench.turns_runs.contenders import AGNO, RAW, Contender, Site, ours
from bench.turns_runs.parts import highest, killed, steady, twice
from bench.turns_runs.stand_in import World, world
from bench.turns_runs.told import FATES, WORST, claims, draw, markdown
from bot.demo.ports import free
from bot.loop import event_loop

__all__ = ["claims", "draw", "highest", "killed", "markdown", "steady", "twice", "world"]
SLOW, FAST = (2.0, 40), (25.0, 500)  # turns a second, turns
PARTS = ("slow", "fast", "twice", "highest", "killed")
NEEDS = ("agno>=3,<4", "openai", "slack-sdk", "aiohttp", "fastapi", "uvicorn[standard]")
Json = dict[str, Any]


async def one(stage: World, contender: Contender, parts: set[str], *, quick: bool) -> Json:
    """Some parts with one contender, which is started for it."""
    found: Json = {}
    with tempfile.TemporaryDirectory() as folder:
        site = Site(stage.url, free(3)[0], Path(folder))
        async with contenders.up(contender, site) as running:
            await steady(stage, running, 5.0, 10)  # warms everything up
            if "slow" in parts:
                found["slow"] = await steady(stage, running, SLOW[0], 20 if quick else SLOW[1])
            if "fast" in parts:
                found["fast"] = await steady(stage, running, *FAST)
            if "twice" in parts:
                found["twice"] = await twice(stage, running, 50 if quick else 100)
            if "highest" in parts:
                found["highest"] = await highest(stage, running, 4.0 if quick else 10.0)
            if "killed" in parts:
                found["killed"] = await killed(stage, running, 100 if quick else 200)
    return found


def peer() -> bool:
    """Install the peer if it can be had; whether it is there."""
    if contenders.PEER.exists():
        return True
    made = [sys.executable, "-m", "venv", str(contenders.PEER.parents[1])]
    pip = [str(contenders.PEER), "-m", "pip", "install", "--quiet", *NEEDS]
    try:
        subprocess.run(made, check=True, timeout=120)
        subprocess.run(pip, check=True, timeout=300, capture_output=True)
    except (subprocess.SubprocessError, OSError):
        contenders.PEER.unlink(missing_ok=True)  # half of it is worse than none
        return False
    return True


def peer_version() -> str:
    """Of agno; empty where it is not there."""
    asks = "import importlib.metadata as about; print(about.version('agno'))"
    if not contenders.PEER.exists():
        return ""
    done = subprocess.run(
        [str(contenders.PEER), "-c", asks], capture_output=True, text=True, timeout=60, check=False
    )
    return done.stdout.strip()


def combined(rounds: list[Any]) -> Any:
    """Medians of numbers, at every place of what the rounds have in common; of fates the sums, and the
    greatest of what the bench itself took.
    """
    known = [each for each in rounds if each is not None]
    if not known:
        return None
    if isinstance(known[0], dict):
        names = dict.fromkeys(name for each in known for name in each)
        return {name: _way(name)([each.get(name) for each in known]) for name in names}
    if isinstance(known[0], list):
        return [combined(list(each)) for each in zip(*known, strict=False)]
    return median(known)


def _way(name: str) -> Callable[[list[Any]], Any]:
    return sum if name in FATES else max if name in WORST else combined


async def measure(repeats: int, parts: set[str], who: list[Contender], *, quick: bool) -> Json:
    """All contenders in turn, `repeats` times; slow when quick, and what breaks things, only once."""
    rounds: dict[str, list[Json]] = {contender.name: [] for contender in who}
    async with world() as stage:
        for number in range(repeats):
            for contender in who:
                timed = parts & {"fast", *(() if quick and number else ("slow",))}
                if not timed:
                    continue
                step(f"round {number + 1} of {repeats}: {contender.name}")
                rounds[contender.name].append(await one(stage, contender, timed, quick=quick))
        found = {name: combined(each) or {} for name, each in rounds.items()}
        for contender in who:
            if once := parts - {"slow", "fast"}:
                step(f"{', '.join(sorted(once))}: {contender.name}")
                found[contender.name] |= await one(stage, contender, once, quick=quick)
    return {"repeats": repeats, "agno": peer_version(), "contenders": found}


def step(words: str) -> None:
    """What is done now."""
    print(words, file=sys.stderr, flush=True)


def main() -> None:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--repeats", type=int, default=0, help="3; with --quick 2")
    parser.add_argument("--parts", default=",".join(PARTS), help="some of %(default)s")
    parser.add_argument("--only", default="", help="some of ours, raw handler, agno")
    parser.add_argument("--quick", action="store_true", help="within seven minutes")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    who = [ours(), RAW, *([AGNO] if peer() else [])]
    who = [each for each in who if not options.only or each.name in options.only.split(",")]
    parts, repeats = set(options.parts.split(",")), options.repeats or (2 if options.quick else 3)
    with asyncio.Runner(loop_factory=event_loop) as runner:
        found = runner.run(measure(repeats, parts, who, quick=options.quick))
    say(found, markdown, as_json=options.json)


if __name__ == "__main__":
    main()
