"""Where processes of the bot are born: they need not import anything, which takes two seconds.

with nursery() as ward:
    bot = ward.born(arguments=["serve"], environment={…}, directory=str(folder))
"""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import anyio
import psutil

CODE = "exit-code"  # the file in a process's directory that has it, unless the process was killed


@dataclass(frozen=True)
class Born:
    """A process that is no child of ours: what `asyncio.subprocess.Process` offers, as far as needed."""

    pid: int
    directory: Path

    @property
    def returncode(self) -> int | None:
        """None while it lives; a killed process leaves no code."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            code = self.directory / f"{CODE}-{self.pid}"
            return int(code.read_text()) if code.exists() else -signal.SIGKILL
        return None

    def send_signal(self, number: signal.Signals) -> None:
        os.kill(self.pid, number)

    async def wait(self) -> None:
        while self.returncode is None:
            await anyio.sleep(0.005)


@dataclass(frozen=True)
class Nursery:
    """Forks processes of ours."""

    process: subprocess.Popen[str]

    def born(self, **wanted: Any) -> Born:
        """A new process; see tests/fakes/crashing/nursery.py."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(wanted) + "\n")
        self.process.stdin.flush()
        return Born(int(self.process.stdout.readline()), Path(wanted["directory"]))

    def clear(self) -> None:
        """No process of a test outlives it."""
        living = psutil.Process(self.process.pid).children()
        for child in living:
            with suppress(psutil.NoSuchProcess):
                child.kill()
        psutil.wait_procs(living, timeout=10)


@contextmanager
def nursery() -> Iterator[Nursery]:
    """One for all tests of a worker."""
    with subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.crashing.nursery"],
        cwd=Path(__file__).parents[3],
        env={"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MPLCONFIGDIR": "/tmp"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield Nursery(process)
        finally:
            process.kill()
