"""What passes over all examples cost: snapshot, export, near-duplicates, search, an evaluation.

Each is a process of its own over a real Valkey, so that the peak memory is the pass's own. An
evaluation asks two models; the fewer questions at once, the fewer cases, so that each takes as long.

    .venv/bin/python -m bench.growth_runs.passes --most 1000000 --only snapshot
"""

import argparse
import asyncio
import json
import math
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp

from bench.growth_runs.filling import fill
from bench.growth_runs.one_pass import PASSES
from bench.growth_runs.table import Row, table
from bot.demo.ports import free
from finetune import Settings
from finetune.adapters.redis import connect
from finetune.bootstrap import database

SIZES = (1_000, 10_000, 100_000, 1_000_000)
LARGEST = {"search": 100_000}  # its copy takes longer to fill than all else together
AT_ONCE = (1, 4, 16, 64)  # a run asks 4; a process has 64 connections to Redis
MILLISECONDS = 20  # that the model takes for an answer
CASES, EACH = 10_000, 250  # of an evaluation at most, and for each question asked at once
EVALUATION = "evaluation"
NAMES = (*PASSES, EVALUATION)


@dataclass
class Found:
    """What was measured, and what was not: a pass that failed, or was not done at `ends`."""

    ends: float  # of time.monotonic()
    rows: list[Row] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)

    async def add(self, name: str, url: str, size: int, *others: str, label: str = "") -> None:
        """Make a pass; `label` instead of its own name."""
        try:
            made = await _measured(name, url, size, *others, ends=self.ends)
        except PassError as error:
            self.missing.append(str(error))
            print(f"growth: {error}", file=sys.stderr)
        else:
            self.rows += [row._replace(operation=label or row.operation) for row in made]


class PassError(Exception):
    """There is nothing to show for it."""


async def rows(
    most: int, cases: int = CASES, only: Collection[str] = NAMES, ends: float = math.inf
) -> Found:
    """Of these passes at every size up to `most`; evaluations of at most so many cases."""
    found = Found(ends)
    with tempfile.TemporaryDirectory() as folder:
        async with database(Settings(redis_url=None, data_dir=Path(folder))) as url:
            client = connect(url)
            await client.config_set("appendonly", "no")
            filled = 0
            for size in sizes(most) if {*PASSES} & {*only} else ():
                began = time.monotonic()
                await fill(client, filled, size)
                _say(f"{size - filled:,} examples more", time.monotonic() - began)
                filled = size
                for name in PASSES:
                    if name in only and size <= LARGEST.get(name, size):
                        await found.add(name, url, size)
            await client.aclose()
            if EVALUATION in only:
                await evaluations(found, url, min(cases, most))
    return found


def sizes(most: int) -> list[int]:
    """How many examples are kept while each pass is made."""
    return [size for size in SIZES if size <= most]


def asked(cases: int) -> dict[int, int]:
    """How many cases are evaluated by how many questions are asked at once."""
    return {at_once: min(cases, EACH * at_once) for at_once in AT_ONCE}


async def evaluations(found: Found, url: str, cases: int) -> None:
    """By how many questions are asked at once, the seconds for one case."""
    async with _model() as model:
        for at_once, some in asked(cases).items():
            name = f"{EVALUATION}-{at_once}"
            label = f"{EVALUATION}, {at_once} at once"
            await found.add(name, url, some, str(some), model, label=label)


def _say(what: str, seconds: float) -> None:
    print(f"growth: {what}: {seconds:.0f} s", file=sys.stderr)


async def _measured(name: str, url: str, size: int, *others: str, ends: float) -> list[Row]:
    """What a child tells: a row of the whole pass, or one for each thing that it timed."""
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.growth_runs.one_pass", name, url, folder, *others),
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            async with asyncio.timeout(None if ends == math.inf else max(0.0, ends - began)):
                said, _ = await child.communicate()
        except TimeoutError:
            child.kill()
            await child.wait()
            raise PassError(f"{name} over {size:,}: no time left for it") from None
    if child.returncode:
        raise PassError(f"{name} over {size:,}: it failed")
    _say(f"{name} over {size:,}", time.monotonic() - began)
    told = json.loads(said.splitlines()[-1])
    if parts := told.get("parts"):
        return [Row(part, size, seconds) for part, seconds in parts.items()]
    return [Row(name, size, told["seconds"] / told["rows"], told["bytes"])]


@asynccontextmanager
async def _model() -> AsyncIterator[str]:
    """The address of a model that answers at once, but for `MILLISECONDS`."""
    [port] = free(1)
    command = ("-m", "bench.growth_runs.model", str(port), str(MILLISECONDS))
    process = await asyncio.create_subprocess_exec(sys.executable, *command)
    try:
        await _listening(f"http://127.0.0.1:{port}")
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        await process.wait()


async def _listening(url: str) -> None:
    async with asyncio.timeout(30), aiohttp.ClientSession() as session:
        while True:
            try:
                async with session.get(url):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.1)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--most", type=int, default=100_000, help="examples of the largest size")
    parser.add_argument("--cases", type=int, default=CASES, help="of an evaluation, at most")
    parser.add_argument("--only", choices=NAMES, nargs="+", default=NAMES, help="passes")
    options = parser.parse_args()
    found = asyncio.run(rows(options.most, options.cases, options.only))
    print(table(found.rows))
    sys.exit(1 if found.missing else 0)


if __name__ == "__main__":
    main()
