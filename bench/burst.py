"""What it costs to acknowledge a burst of questions, each kept and queued before Slack has its 200.

Its peer is a handler on the same server that keeps nothing: it reads the body and answers. Both get
the same signed deliveries at one moment, in turn, in one run, each in a process of its own; the
bot's worker runs beside its web server, as it does where it is deployed. Times are as Slack sees
them, from the moment of the burst; processor time is the web process's own.

    make bench                   or  .venv/bin/python bench/burst.py --turns 2000 --rounds 3 --json
"""

import argparse
import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import aiohttp
import psutil
from aiohttp import web

from bench.reporting.claims import Claim, at_most, table
from bench.reporting.said import say
from bench.stage.bot import environment, listening
from bench.stage.slack import CHANNEL, ME, question, signed
from bot.demo.ports import free
from bot.demo.settings import Machine
from finetune import Settings
from finetune.bootstrap import database

SLACK_WAITS = 3.0  # seconds
KEEPS_NOTHING = """
import sys, uvicorn
from fastapi import FastAPI, Request, Response
app = FastAPI()
@app.post("/slack/events")
async def events(request: Request) -> Response:
    await request.body()
    return Response()
@app.get("/healthz")
async def healthz() -> None: ...
uvicorn.run(app, port=int(sys.argv[1]), log_config=None, access_log=False)
"""


async def slack(_request: web.Request) -> web.Response:
    """Slack's Web API, of one mind."""
    ts = f"{time.time():.6f}"
    return web.json_response({"ok": True, "ts": ts, "channel": CHANNEL, "messages": [], **ME})


async def model(_request: web.Request) -> web.Response:
    """A model that takes its time: the burst is over before it has said a word."""
    await asyncio.sleep(60)
    return web.json_response({})


def deliveries(number: int, start: float) -> list[tuple[str, dict[str, str]]]:
    """Signed beforehand: that, too, costs the machine."""
    made = []
    for each in range(number):
        ts = f"{start + each / 10_000:.6f}"
        body = question(f"question {each}", ts, f"Ev{ts}")
        made.append((body, signed(body)))
    return made


async def burst(port: int, made: list[tuple[str, dict[str, str]]]) -> tuple[list[float], list[int]]:
    """Seconds until each had its answer, and which."""
    took, statuses = [], []
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:

        async def one(body: str, headers: dict[str, str]) -> None:
            url = f"http://127.0.0.1:{port}/slack/events"
            async with http.post(url, data=body, headers=headers) as answer:
                await answer.read()
                took.append(time.perf_counter() - began)
                statuses.append(answer.status)

        began = time.perf_counter()
        await asyncio.gather(*(one(*each) for each in made))
    return took, statuses


@asynccontextmanager
async def running(*command: str, environment: dict[str, str]) -> AsyncIterator[psutil.Process]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, *command, env=environment, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        yield psutil.Process(process.pid)
    finally:
        process.kill()  # the worker would wait for the model
        await process.wait()


async def measured(port: int, process: psutil.Process, turns: int, rounds: int) -> dict[str, Any]:
    """Every round is a burst of questions that nobody has seen before."""
    await listening(port)
    times, spent, wrong = [], [], 0
    for _ in range(rounds):
        made, before = deliveries(turns, time.time()), sum(process.cpu_times()[:2])
        took, statuses = await burst(port, made)
        spent.append((sum(process.cpu_times()[:2]) - before) / turns)
        times.append(sorted(took))
        wrong += sum(status != 200 for status in statuses)
    return {
        "not_200": wrong,
        "p50_s": round(median(median(took) for took in times), 2),
        "p99_s": round(median(quantiles(took, n=100)[98] for took in times), 2),
        "max_s": round(median(took[-1] for took in times), 2),
        "cpu_ms_each": round(1000 * median(spent), 2),
        "memory_mb": round(process.memory_info().rss / 1e6),
    }


async def measure(turns: int, rounds: int) -> dict[str, Any]:
    world, port, nothing = free(3)
    app = web.Application()
    app.router.add_post("/v1/chat/completions", model)
    app.router.add_post("/api/{method}", slack)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", world).start()
    plain = Machine().environment()
    with tempfile.TemporaryDirectory() as folder:
        async with database(Settings(redis_url=None, data_dir=Path(folder))) as redis_url:
            async with running("-c", KEEPS_NOTHING, str(nothing), environment=plain) as peer:
                of_peer = await measured(nothing, peer, turns, rounds)
            ours = environment(f"http://127.0.0.1:{world}", redis_url, folder, port)
            async with (
                running("-m", "bot", "worker", environment=ours),
                running("-m", "bot", "serve", "--no-worker", environment=ours) as serving,
            ):
                of_bot = await measured(port, serving, turns, rounds)
    await runner.cleanup()
    ratio = {key: round(of_bot[key] / of_peer[key], 2) for key in ("max_s", "cpu_ms_each")}
    return {
        "turns": turns,
        "rounds": rounds,
        "bot": of_bot,
        "keeps_nothing": of_peer,
        "ratio": ratio,
    }


def markdown(found: dict[str, Any]) -> str:
    """The section of the report."""
    rows = []
    for name, label in (("keeps_nothing", "keeps nothing"), ("bot", "the bot")):
        row = found[name]
        seconds = [f"{row[each]:.2f} s" for each in ("p50_s", "p99_s", "max_s")]
        spent, memory = f"{row['cpu_ms_each']:.2f} ms", f"{row['memory_mb']} MB"
        rows.append((label, *seconds, spent, memory, row["not_200"]))
    head = ["time to the 200", "p50", "p99", "slowest", "processor each", "memory", "not 200"]
    intro = (
        f"{found['turns']:,} questions delivered at one moment, each kept and queued before Slack has "
        "its 200, beside a handler on the same server that reads the body and answers; the median of "
        f"{found['rounds']}.\n\n"
    )
    return intro + table(head, rows)


def claims(found: dict[str, Any]) -> list[Claim]:
    bot, peer = found["bot"], found["keeps_nothing"]
    lost = Claim("all have a 200", f"{bot['not_200']} have not", target="0", met=not bot["not_200"])
    beside = ("keeps nothing", peer["max_s"])
    label = f"slowest 200 of {found['turns']:,} at once"
    return [lost, *at_most(label, bot["max_s"], SLACK_WAITS, "s", beside)]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--quick", action="store_true", help="one round")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = asyncio.run(measure(options.turns, 1 if options.quick else options.rounds))
    say(found, markdown, as_json=options.json)


if __name__ == "__main__":
    main()
