"""A bar with the time left while benches run, in seconds; without a terminal a line for each."""

import asyncio
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn

TICK = 0.5  # seconds


class Bar:
    """All benches together: each counts as many seconds as it is expected to take."""

    def __init__(self, expected: dict[str, float]) -> None:
        self._expected, self._done = expected, 0.0
        self._console = Console(stderr=True)
        self._progress = Progress(
            TextColumn("{task.description:50.50}"),
            BarColumn(),
            TextColumn("about {task.fields[left]} min left"),
            console=self._console,
            disable=not sys.stderr.isatty(),
        )
        self._task = self._progress.add_task("", total=sum(expected.values()), left="?")

    @asynccontextmanager
    async def one(self, name: str) -> AsyncIterator[Callable[[str], None]]:
        """While that bench runs; call what is given with what it says."""
        ticking = asyncio.create_task(self._tick(name))
        try:
            with self._progress:
                yield lambda line: self._progress.update(self._task, description=f"{name}: {line}")
                self._done += self._expected[name]
                self._progress.update(self._task, completed=self._done)
        finally:
            ticking.cancel()

    async def _tick(self, name: str) -> None:
        began = time.monotonic()
        self._progress.update(self._task, description=name)
        while True:
            gone = self._done + min(time.monotonic() - began, self._expected[name])
            left = (sum(self._expected.values()) - gone) / 60
            self._progress.update(self._task, completed=gone, left=f"{left:.1f}")
            await asyncio.sleep(TICK)

    def line(self, words: str) -> None:
        """What stays on the screen."""
        self._console.print(words, highlight=False)
