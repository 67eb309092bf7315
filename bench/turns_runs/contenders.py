"""What is compared, each started as it would be deployed, in a place of its own: ours, the limit, a peer."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from bench.stage.bot import environment, listening
from bench.stage.slack import SECRET
from finetune import Settings
from finetune.bootstrap import database

ROOT = Path(__file__).resolve().parents[2]
PEER = ROOT / ".tools/agno/bin/python"


@dataclass
class Site:
    """Where things are while one contender runs."""

    world: str
    port: int
    folder: Path
    redis_url: str = ""


@dataclass(frozen=True)
class Contender:
    """`commands` are the processes, of which the first few listen; `keeps` needs a database."""

    name: str
    commands: Callable[[Site], Sequence[Sequence[str]]]
    keeps: bool = False
    listeners: int = 1


def ours(name: str = "ours", web: int = 0, workers: int = 0) -> Contender:
    """One process for all; or so many web servers and workers."""

    def commands(_site: Site) -> list[list[str]]:
        bot = [sys.executable, "-m", "bot"]
        if not web:
            return [[*bot, "serve"]]
        serving = [[*bot, "serve", "--no-worker"] for _ in range(web)]
        return [*serving, *([*bot, "worker"] for _ in range(workers))]

    return Contender(name, commands, keeps=True, listeners=web or 1)


RAW = Contender(
    "raw handler",
    lambda site: [[sys.executable, "-m", "bench.turns_runs.raw", str(site.port), site.world]],
)
AGNO = Contender(
    "agno",
    lambda site: [[str(PEER), "bench/turns_runs/agno_bot.py", str(site.port), site.world, SECRET]],
)


@dataclass
class Running:
    """Processes of one contender."""

    site: Site
    contender: Contender
    processes: list[asyncio.subprocess.Process] = field(default_factory=list)
    spent: float = 0.0  # processor seconds of those that are gone
    database: psutil.Process | None = None

    @property
    def urls(self) -> list[str]:
        """Where Slack delivers: a proxy would take them in turn."""
        return [f"http://127.0.0.1:{port}/slack/events" for port in self._ports()]

    def _ports(self) -> range:
        return range(self.site.port, self.site.port + self.contender.listeners)

    async def start(self) -> None:
        """And wait until it listens."""
        site = self.site
        for number, command in enumerate(self.contender.commands(site)):
            told = environment(site.world, site.redis_url, site.folder, site.port + number)
            with self._log().open("ab") as log:
                self.processes.append(
                    await asyncio.create_subprocess_exec(
                        *command,
                        env=told | {"PYTHONPATH": str(ROOT), "USER_RATE_LIMIT": "1000000"},
                        cwd=ROOT if "bench" in " ".join(command) else site.folder,
                        stdout=log,
                        stderr=log,
                    )
                )
        try:
            for port, process in zip(self._ports(), self.processes, strict=False):
                await listening(port, process)
        except (RuntimeError, TimeoutError) as error:
            said = self._log().read_text(encoding="utf-8", errors="replace")[-2000:]
            raise RuntimeError(f"{self.contender.name} does not listen: {said}") from error

    def _log(self) -> Path:
        return self.site.folder / "bench.log"

    async def kill(self) -> None:
        """Without a word (SIGKILL), all of them."""
        self.spent += sum(self._each(_seconds))
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            await process.wait()
        self.processes.clear()

    def processor(self) -> float:
        """Seconds of processor time until now, of what was killed too."""
        return self.spent + sum(self._each(_seconds))

    def memory(self) -> float:
        """MiB of all its processes now."""
        return sum(self._each(lambda process: process.memory_info().rss)) / 2**20

    def database_processor(self) -> float:
        """Seconds of processor time of the database, if it has one."""
        return 0.0 if self.database is None else _seconds(self.database)

    def database_memory(self) -> float:
        """MiB of the database, if it has one."""
        return 0.0 if self.database is None else self.database.memory_info().rss / 2**20

    def _each(self, figure: Callable[[psutil.Process], float]) -> list[float]:
        """Of every process with its children; one that has just gone has none."""
        found = []
        for process in self.processes:
            with contextlib.suppress(psutil.Error):
                parent = psutil.Process(process.pid)
                found += [figure(each) for each in (parent, *parent.children(recursive=True))]
        return found


def _seconds(process: psutil.Process) -> float:
    return float(sum(process.cpu_times()[:2]))


@asynccontextmanager
async def up(contender: Contender, site: Site) -> AsyncIterator[Running]:
    """The contender, listening; with a database of its own where it keeps anything."""
    running = Running(site, contender)
    async with AsyncExitStack() as stack:
        if contender.keeps:
            kept = Settings(redis_url=None, data_dir=site.folder)
            site.redis_url = await stack.enter_async_context(database(kept))
            running.database = _valkey()
        try:
            await running.start()
            yield running
        finally:
            await running.kill()


def _valkey() -> psutil.Process | None:
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.Error):
            if "valkey" in child.name() or "redis" in child.name():
                return child
    return None
