"""Runs one bench as a process, with everything it starts, for so long and no longer."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, NamedTuple

import psutil

ROOT = Path(__file__).resolve().parents[2]
GRACE = 10.0  # seconds for a bench to stop what it started
LINES = 2**24  # bytes of the one line that says what was found


class Outcome(NamedTuple):
    """`found` is what the bench printed; None when it failed, and `failed` says how."""

    found: dict[str, Any] | None
    failed: str
    seconds: float


def quickly(name: str) -> list[str]:
    """The command that runs a bench for the report."""
    return [sys.executable, "-m", f"bench.{name}", "--quick", "--json"]


async def run(command: Sequence[str], limit: float, told: Callable[[str], None]) -> Outcome:
    """`told` gets each line of its standard error. Ends it when cancelled or over the limit."""
    began, words = time.monotonic(), list[str]()

    def note(line: str) -> None:
        words.append(line)
        told(line)

    found, failed = None, ""
    async with _process(command) as process:
        try:
            async with asyncio.timeout(limit):
                out, _ = await asyncio.gather(
                    _last_line(process.stdout), _each(process.stderr, note)
                )
                if await process.wait():
                    failed = f"exit code {process.returncode}: {_last(words)}"
                else:
                    found = json.loads(out)
        except TimeoutError:
            failed = f"not done after {limit:.0f} s: {_last(words)}"
        except ValueError:
            failed = f"its last line is no JSON: {out[:200]}"
    return Outcome(found, failed, round(time.monotonic() - began, 1))


@asynccontextmanager
async def _process(command: Sequence[str]) -> AsyncIterator[asyncio.subprocess.Process]:
    """In a group of its own, of which nothing is left afterwards."""
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=ROOT,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        start_new_session=True,
        limit=LINES,
    )
    try:
        yield process
    finally:
        await _end(process)


async def _end(process: asyncio.subprocess.Process) -> None:
    """As Ctrl-C would, so that it stops what it started; then without a word, whatever is left."""
    left: list[psutil.Process] = []
    if process.returncode is None:
        with contextlib.suppress(psutil.Error):
            left = psutil.Process(process.pid).children(recursive=True)
        await _sent(process, signal.SIGINT)
    for each in left:
        with contextlib.suppress(psutil.Error):
            each.kill()
    await _sent(process, signal.SIGKILL)


async def _sent(process: asyncio.subprocess.Process, number: signal.Signals) -> None:
    """To its whole group, also when it is gone itself. What still holds its pipes is not waited for."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, number)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(process.wait(), GRACE)


async def _last_line(stream: asyncio.StreamReader | None) -> str:
    last = ""
    async for line in stream or ():
        last = line.decode().strip() or last
    return last


async def _each(stream: asyncio.StreamReader | None, told: Callable[[str], None]) -> None:
    async for line in stream or ():
        if said := line.decode(errors="replace").strip():
            told(said)


def _last(words: list[str]) -> str:
    return " / ".join(words[-3:])[-500:] or "it said nothing"
