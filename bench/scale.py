"""More processes over one Valkey: `bot serve` alone, one web and one worker, two and four.

The load, the Slack and the model of `bench/turns.py`; deliveries go to the web servers in turn, as
behind a proxy. Besides the highest rate that each keeps up on this machine: processor seconds of each
kind of process for 1,000 turns, and so what one of a kind sustains with a core of its own; and how
often Valkey is asked for a turn.

    make bench                   or  .venv/bin/python bench/scale.py --quick
    .venv/bin/python bench/scale.py --needs      what a large workspace needs, for docs/scale.md
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path
from typing import Any

import psutil

from bench.reporting.claims import Claim, table
from bench.reporting.said import say
from bench.scale_runs.needs import SPLIT, needs
from bench.turns_runs import contenders
from bench.turns_runs.contenders import Contender, Running, Site, ours
from bench.turns_runs.parts import highest, steady
from bench.turns_runs.stand_in import World, world
from bot.demo.ports import free
from bot.loop import event_loop
from finetune.adapters.redis import connect

ALONE, MANY = "bot serve", "2 web + 4 workers"
WHO = (ours(ALONE), ours(SPLIT, web=1, workers=1), ours(MANY, web=2, workers=4))
RATE, TURNS = 15.0, 150  # of the part whose processor time is counted
STEPS = (10, 15, 20, 25, 32, 40, 50, 64, 80, 100, 125, 160, 200)  # turns a second
Json = dict[str, Any]


async def one(stage: World, contender: Contender, *, quick: bool) -> Json:
    """Its cost at a rate that all keep up, and the highest that it does."""
    with tempfile.TemporaryDirectory() as folder:
        site = Site(stage.url, free(3)[0], Path(folder))
        async with contenders.up(contender, site) as running:
            await steady(stage, running, 5.0, 15)  # warms everything up
            before, turns = _spent(running), TURNS // 2 if quick else TURNS
            asked = await _asked(site.redis_url)
            cost = await steady(stage, running, RATE, turns)
            spent, after = _spent(running), await _asked(site.redis_url)
            redis = {what: round((after[what] - asked[what]) / turns, 1) for what in asked}
            each = {kind: round((spent[kind] - before[kind]) / turns * 1000, 1) for kind in spent}
            found = await highest(stage, running, 3.0 if quick else 6.0, STEPS)
    kept = ("once", "missing", "doubled", "mangled", "ack", "world_share", "load_share")
    return {
        **{name: cost[name] for name in kept},
        "turns": turns,
        "cpu_s": each,
        "redis": redis,
        "highest": found,
    }


def _spent(running: Running) -> dict[str, float]:
    """Processor seconds until now, by kind of process, of all of that kind together."""
    spent = {"web": 0.0, "worker": 0.0, "serve": 0.0}
    commands = running.contender.commands(running.site)
    for command, process in zip(commands, running.processes, strict=True):
        kind = "worker" if "worker" in command else "web" if "--no-worker" in command else "serve"
        spent[kind] += sum(psutil.Process(process.pid).cpu_times()[:2])
    spent["valkey"] = running.database_processor()
    return {kind: seconds for kind, seconds in spent.items() if seconds}


async def _asked(url: str) -> dict[str, int]:
    """Until now: commands, with those inside scripts, and reads of sockets, of all that ask."""
    async with connect(url) as redis:
        said = await redis.info("stats")
    return {"commands": said["total_commands_processed"], "reads": said["total_reads_processed"]}


async def measure(*, quick: bool) -> Json:
    """All of them, one after the other."""
    found: Json = {"rate": RATE, "cores": psutil.cpu_count() or 1}
    async with world() as stage:
        for contender in WHO:
            print(contender.name, file=sys.stderr)
            found[contender.name] = await one(stage, contender, quick=quick)
    return found


def alone(cpu_s: dict[str, float]) -> dict[str, float]:
    """Turns a second that one process of each kind sustains when it has a core to itself."""
    return {kind: round(1000 / seconds, 1) for kind, seconds in cpu_s.items() if seconds}


def markdown(found: Json) -> str:
    """The section of the report."""
    rows = []
    for name in (ALONE, SPLIT, MANY):
        one = found[name]
        rate, limit = one["highest"]["rate"], one["highest"]["limit"]
        spent = ", ".join(f"{kind} {seconds}" for kind, seconds in one["cpu_s"].items())
        each = ", ".join(f"{kind} {rate}" for kind, rate in alone(one["cpu_s"]).items())
        asked = ", ".join(f"{what} {number:g}" for what, number in one["redis"].items())
        rows.append((name, f"{rate:g}/s ({limit})", each, spent, asked))
    head = [
        *("processes", "highest rate here", "on a core, turns/s", "processor s per 1,000 turns"),
        "Valkey, each turn",
    ]
    return (
        f"Over one Valkey, on a machine of {found['cores']} cores on which the load, the Slack and the "
        "model run too: there, more processes than cores bring nothing, so the highest rates say what "
        "the machine keeps up and the column beside them what one process of each kind would, with a core "
        f"to itself. Processor time is counted at {found['rate']:g} turns a second. Valkey: commands "
        "(with those inside its scripts) and reads of its sockets, of all processes together.\n\n"
        + table(head, rows)
        + "\nWhat a workspace of 50,000 people needs, and what breaks first, is in "
        "[scale.md](scale.md).\n"
    )


def claims(found: Json) -> list[Claim]:
    told = []
    for name in (ALONE, SPLIT, MANY):
        one = found[name]
        lost = one["turns"] - one["once"]
        rate = f"{one['highest']['rate']:g} turns/s"
        told.append(Claim(f"highest rate here, {name}", rate))
        told.append(Claim(f"all answered once, {name}", f"{lost} not", target="0", met=not lost))
    return told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--needs", action="store_true", help="only the tables of docs/scale.md")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    if options.needs:
        print(needs(), end="")
        return
    with asyncio.Runner(loop_factory=event_loop) as runner:
        found = runner.run(measure(quick=options.quick))
    say(found, markdown, as_json=options.json)


if __name__ == "__main__":
    main()
