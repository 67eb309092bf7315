"""Starts the demo's programs, keeps them running, and stops exactly those.

Each program is a Python module in a session of its own: a Ctrl-C in the terminal reaches only the
supervisor, which stops them in reverse order. What they print goes to DATA_DIR/logs.
"""

import asyncio
import contextlib
import os
import signal
import sys
import time
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from bot.demo.errors import ProgramEnded

READY_SECONDS = 60.0
STOP_SECONDS = 15.0
RESTARTS = 3  # in any RESTART_SECONDS
RESTART_SECONDS = 60.0


@dataclass(frozen=True)
class Program:
    """A module with its arguments, and how to tell that it is ready."""

    name: str
    module: str
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], Awaitable[bool]] | None = None


@dataclass
class Running:
    """A started program, and when it was started again."""

    program: Program
    process: Process
    restarts: list[float] = field(default_factory=list)


class Supervisor:
    """Owns the processes of one demo."""

    def __init__(
        self,
        *,
        work_dir: Path,
        log_dir: Path,
        environment: Mapping[str, str],
        inherited: tuple[int, ...] = (),
        say: Callable[[str], None],
    ) -> None:
        self._work_dir = work_dir  # a folder of the demo's, so that no `.env` of the user is read
        self._log_dir = log_dir
        self._environment = environment
        self._inherited = inherited
        self._say = say
        self._running: list[Running] = []

    async def start(self, *programs: Program) -> None:
        """Start them at once and wait until all are ready. Raises ProgramEnded naming a log."""
        try:
            async with asyncio.TaskGroup() as starting:
                for program in programs:
                    starting.create_task(self._start(program))
        except* ProgramEnded as failures:
            raise failures.exceptions[0] from None

    async def _start(self, program: Program) -> None:
        running = Running(program, await self._spawn(program))
        self._running.append(running)
        await self._wait_ready(running)

    async def finish(self, program: Program, *, output: int | IO[str]) -> None:
        """Run it to its end in view of the user. Raises ProgramEnded when it fails."""
        process = await self._spawn(program, output=output)
        self._running.append(Running(program, process))
        code = await process.wait()
        self._running.pop()
        if code != 0:
            raise ProgramEnded(f"{program.name} failed (exit code {code}), see above")

    async def keep_running(self) -> None:
        """Start again what ends by itself; raises ProgramEnded when that is no use."""
        watches = [asyncio.create_task(self._watch(running)) for running in self._running]
        try:
            await asyncio.gather(*watches)
        finally:
            for watch in watches:
                watch.cancel()

    async def stop(self) -> None:
        """Stop everything that was started, last first: ask, wait, then kill. Safe to call twice."""
        while self._running:
            running = self._running[-1]
            with contextlib.suppress(ProcessLookupError):
                # Not send_signal: it may reap a process that just ended under asyncio's nose.
                os.kill(running.process.pid, signal.SIGTERM)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(running.process.wait(), STOP_SECONDS)
            _kill_group(running.process)
            await running.process.wait()
            self._running.pop()

    def kill(self) -> None:
        """At once, without asking."""
        for running in self._running:
            _kill_group(running.process)

    async def _watch(self, running: Running) -> None:
        while True:
            code = await running.process.wait()
            _kill_group(running.process)  # what it has left behind
            now = time.monotonic()
            recent = [at for at in running.restarts if now - at < RESTART_SECONDS]
            if len(recent) >= RESTARTS:
                raise ProgramEnded(self._ending(running.program, code, "keeps ending"))
            self._say(f"{self._ending(running.program, code, 'ended')}; starting it again")
            running.restarts = [*recent, now]
            running.process = await self._spawn(running.program)
            await self._wait_ready(running)

    async def _wait_ready(self, running: Running) -> None:
        program, ready = running.program, running.program.ready
        deadline = time.monotonic() + READY_SECONDS
        while ready is not None and not await ready():
            if running.process.returncode is not None:
                code = running.process.returncode
                raise ProgramEnded(self._ending(program, code, "ended before it was ready"))
            if time.monotonic() > deadline:
                raise ProgramEnded(
                    f"{program.name} was not ready in {READY_SECONDS:.0f} s: see {self._log(program)}"
                )
            await asyncio.sleep(0.05)

    async def _spawn(self, program: Program, output: int | IO[str] | None = None) -> Process:
        with self._log(program).open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable,
                *("-m", "bot.demo.guarded", program.module, *program.arguments),
                stdin=PIPE,  # closes with the supervisor: see guarded.py
                stdout=log if output is None else output,
                stderr=log if output is None else None,
                cwd=self._work_dir,
                env={**self._environment, **program.environment},
                pass_fds=self._inherited,
                start_new_session=True,
            )

    def _ending(self, program: Program, code: int, how: str) -> str:
        lines = self._log(program).read_text(errors="replace").strip().splitlines()
        last = f": {lines[-1].strip()[:200]}" if lines else ""
        return f"{program.name} {how} (exit code {code}){last} (log: {self._log(program)})"

    def _log(self, program: Program) -> Path:
        return self._log_dir / f"{program.name}.log"


def _kill_group(process: Process) -> None:
    """The program and whatever it started; its process id is its group's, by start_new_session."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
