"""What passes over all examples cost: snapshot, export, near-duplicates, search, an evaluation.

Each is a process of its own over a real Valkey, so that the peak memory is the pass's own.

    .venv/bin/python -m bench.growth_runs.passes --most 100000
"""

import argparse
import asyncio
import json
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
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
AT_ONCE = (1, 8, 32, 128)
MILLISECONDS = 20  # that the model takes for an answer


async def rows(most: int, cases: int = 10_000) -> list[Row]:
    """Of every pass at every size up to `most`; evaluations of at most so many cases."""
    found: list[Row] = []
    with tempfile.TemporaryDirectory() as folder:
        async with database(Settings(redis_url=None, data_dir=Path(folder))) as url:
            client = connect(url)
            await client.config_set("appendonly", "no")
            filled = 0
            for size in (size for size in SIZES if size <= most):
                print(f"growth: passes over {size:,} examples", file=sys.stderr)
                await fill(client, filled, size)
                filled = size
                for name in PASSES:
                    if size <= LARGEST.get(name, size):
                        found += await _measured(name, url, size)
            await client.aclose()
            found += await evaluations(url, min(cases, most))
    return found


async def evaluations(url: str, cases: int) -> list[Row]:
    """The same cases by how many questions are asked at once."""
    async with _model() as model:
        return [
            row
            for at_once in AT_ONCE
            for row in await _measured(f"evaluation-{at_once}", url, cases, str(cases), model)
        ]


async def _measured(name: str, url: str, size: int, *others: str) -> list[Row]:
    """What a child tells: a row of the whole pass, or one for each thing that it timed."""
    with tempfile.TemporaryDirectory() as folder:
        child = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "bench.growth_runs.one_pass", name, url, folder, *others),
            stdout=asyncio.subprocess.PIPE,
        )
        said, _ = await child.communicate()
    if child.returncode:
        msg = f"the pass {name} over {size:,} examples failed"
        raise RuntimeError(msg)
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
    parser.add_argument("--cases", type=int, default=10_000, help="of an evaluation")
    asked = parser.parse_args()
    print(table(asyncio.run(rows(asked.most, asked.cases))))


if __name__ == "__main__":
    main()
