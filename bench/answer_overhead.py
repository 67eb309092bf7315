"""What the bot adds to a model's answer: from Slack's event to the first text on the screen.

Its peer is the model asked directly with the same SDK. Both are asked in turn, in one run, of the same
stand-in for a model: first piece after 250 ms, then 8 characters every 10 ms. Between event and text
the bot checks the signature, writes to Valkey, queues a durable task, answers 200, takes the task,
reads the history, asks the model, and collects 60 characters before it troubles Slack's API.

    make bench                   or  .venv/bin/python bench/answer_overhead.py --times 50 --json
"""

import argparse
import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import aiohttp
import openai
from aiohttp import web

from bench.reporting.claims import Claim, table
from bench.reporting.said import say
from bench.stage.bot import environment, listening
from bench.stage.slack import CHANNEL, ME, question, signed
from bot.demo.ports import free
from finetune import Settings
from finetune.bootstrap import database

FIRST_PIECE, NEXT_PIECE, PIECES = 0.25, 0.01, 25


@dataclass
class World:
    """The model and Slack's Web API, in one server; notes when text arrived in which thread."""

    shown: dict[str, float] = field(default_factory=dict)
    threads: dict[str, str] = field(default_factory=dict)
    arrived: asyncio.Event = field(default_factory=asyncio.Event)

    async def complete(self, request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await answer.prepare(request)
        for number in range(PIECES):
            await asyncio.sleep(NEXT_PIECE if number else FIRST_PIECE)
            await answer.write(_chunk({"content": "a piece "}))
        await answer.write(_chunk({}, "stop") + b"data: [DONE]\n\n")
        return answer

    async def slack(self, request: web.Request) -> web.Response:
        given = dict(await request.post())
        method, ts = request.match_info["method"], f"{time.time():.6f}"
        if request.content_type == "application/json":
            given = await request.json()
        if method == "chat.startStream":
            self.threads[ts] = str(given["thread_ts"])
        thread = self.threads.get(str(given.get("ts", ts)))
        if thread and ("markdown_text" in given or "chunks" in given) and thread not in self.shown:
            self.shown[thread] = time.perf_counter()
            self.arrived.set()
        return web.json_response({"ok": True, "ts": ts, "channel": CHANNEL, "messages": [], **ME})

    async def text_in(self, thread: str) -> float:
        """When the first text appeared there."""
        async with asyncio.timeout(30):
            while thread not in self.shown:
                self.arrived.clear()
                await self.arrived.wait()
        return self.shown[thread]


@dataclass(frozen=True)
class Place:
    """Where everything is in this run."""

    world_port: int
    bot_port: int

    @property
    def models(self) -> openai.AsyncOpenAI:
        return openai.AsyncOpenAI(base_url=f"http://127.0.0.1:{self.world_port}/v1", api_key="none")


async def through_the_bot(place: Place, http: aiohttp.ClientSession, world: World, n: int) -> Any:
    """Seconds until Slack had its 200, and until it had text."""
    ts = f"{time.time():.6f}"
    body = question(f"question {n}", ts, f"Ev{n}")
    began = time.perf_counter()
    url = f"http://127.0.0.1:{place.bot_port}/slack/events"
    async with http.post(url, data=body, headers=signed(body)) as answer:
        assert answer.status == 200, await answer.text()
    acknowledged = time.perf_counter() - began
    return acknowledged, await world.text_in(ts) - began


async def directly(models: openai.AsyncOpenAI) -> float:
    """Seconds until the SDK had text."""
    began, text, seen = time.perf_counter(), "", None
    messages: Any = [{"role": "user", "content": "question"}]
    async for chunk in await models.chat.completions.create(
        model="any", messages=messages, stream=True
    ):
        text += (chunk.choices[0].delta.content or "") if chunk.choices else ""
        if text and seen is None:
            seen = time.perf_counter() - began
    assert seen is not None
    return seen


@asynccontextmanager
async def everything() -> AsyncIterator[tuple[Place, World]]:
    """Valkey, the stand-ins, and the real bot as its own process."""
    world, place = World(), Place(*free(2))
    app = web.Application()
    app.router.add_post("/v1/chat/completions", world.complete)
    app.router.add_post("/api/{method}", world.slack)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", place.world_port).start()
    with tempfile.TemporaryDirectory() as folder:
        async with database(Settings(redis_url=None, data_dir=Path(folder))) as redis_url:
            url = f"http://127.0.0.1:{place.world_port}"
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "bot", "serve"),
                cwd=folder,
                env=environment(url, redis_url, folder, place.bot_port),
                stderr=asyncio.subprocess.DEVNULL,
            )
            try:
                await listening(place.bot_port)
                yield place, world
            finally:
                process.terminate()
                await process.wait()
    await runner.cleanup()


async def measure(times: int) -> dict[str, Any]:
    acks, bots, models = [], [], []
    async with (
        everything() as (place, world),
        place.models as client,
        aiohttp.ClientSession() as http,
    ):
        for n in range(-3, times):  # the first three warm everything up
            ack, bot = await through_the_bot(place, http, world, n)
            model = await directly(client)
            if n >= 0:
                acks.append(ack)
                bots.append(bot)
                models.append(model)
            await asyncio.sleep(PIECES * NEXT_PIECE)  # let the answer end
    return {
        "times": times,
        "direct_ms": _ms(models),
        "bot_ms": _ms(bots),
        "ack_ms": _ms(acks),
        "overhead_ms": round(1000 * (median(bots) - median(models)), 1),
        "ratio": round(median(bots) / median(models), 2),
    }


def markdown(found: dict[str, Any]) -> str:
    """The section of the report."""
    rows = [
        (label, found[name]["median"], found[name]["p95"])
        for name, label in (
            ("direct_ms", "model asked directly"),
            ("bot_ms", "through the bot"),
            ("ack_ms", "Slack has its 200"),
        )
    ]
    intro = (
        "From Slack's event to the first text in Slack, beside the same model asked directly with the "
        "same SDK: its first piece comes after 250 ms, then 8 characters every 10 ms. "
        f"{found['times']} questions, one at a time; the bot adds {found['overhead_ms']} ms.\n\n"
    )
    return intro + table(["ms", "median", "p95"], rows)


def claims(found: dict[str, Any]) -> list[Claim]:
    bot, model = found["bot_ms"]["median"], found["direct_ms"]["median"]
    what = "event → first text, one question at a time"
    return [Claim(what, f"{bot} ms", f"model asked directly {model} ms", found["ratio"])]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--times", type=int, default=30)
    parser.add_argument("--quick", action="store_true", help="15 times")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = asyncio.run(measure(15 if options.quick else options.times))
    say(found, markdown, as_json=options.json)


def _ms(seconds: list[float]) -> dict[str, float]:
    return {
        "median": round(1000 * median(seconds), 1),
        "p95": round(1000 * quantiles(seconds, n=20)[-1], 1),
    }


def _chunk(delta: dict[str, str], finish_reason: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "finish_reason": finish_reason}
    chunk = {"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "any"}
    return f"data: {json.dumps({**chunk, 'choices': [choice]})}\n\n".encode()


if __name__ == "__main__":
    main()
