"""The stand-ins' process, started, and asked over HTTP what it noted."""

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from bench.stage.bot import listening
from bench.turns_runs.audit import fate
from bot.demo.ports import free

ROOT = Path(__file__).resolve().parents[2]
LOOK = 0.25  # seconds between two looks
Json = dict[str, Any]


class World:
    """Slack and the model, as the bench sees them."""

    def __init__(self, http: aiohttp.ClientSession, url: str, process: int) -> None:
        self._http, self.url, self._process = http, url, psutil.Process(process)

    async def forget(self) -> None:
        """Begin anew."""
        async with self._http.post(f"{self.url}/reset"):
            pass

    def processor(self) -> float:
        """Seconds of processor time until now."""
        return float(sum(self._process.cpu_times()[:2]))

    async def report(self) -> Json:
        """All that it noted since it began anew."""
        async with self._http.get(f"{self.url}/report") as answer:
            return dict(await answer.json())

    async def settled(
        self, marks: list[str], seconds: float, *, quiet: float = 1.0, lost: float = 6.0
    ) -> Json:
        """What it noted in the end: every mark is answered whole and nothing came for `quiet` more
        seconds (a second answer would), or nothing came for `lost`, or `seconds` are over.
        """
        clock = asyncio.get_running_loop().time
        until, still, before = clock() + seconds, clock(), -1
        while True:
            found = await self.report()
            now, size = clock(), sum(map(len, found["texts"])) + sum(found["calls"].values())
            still, before = (still if size == before else now), size
            whole = fate(marks, found["texts"]).once == len(marks)
            if now - still >= (quiet if whole else lost) or now >= until:
                return found
            await asyncio.sleep(LOOK)


@asynccontextmanager
async def world() -> AsyncIterator[World]:
    """Running."""
    [port] = free(1)
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bench.turns_runs.world", str(port), cwd=ROOT
    )
    try:
        await listening(port)
        async with aiohttp.ClientSession() as http:
            yield World(http, f"http://127.0.0.1:{port}", process.pid)
    finally:
        process.kill()
        await process.wait()
