"""What is compared, each started as it would be deployed, in a place of its own: ours, the limit, a peer."""

import asyncio
import contextlib
import signal
import sys
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import aiohttp
import psutil

from bench.turns_runs.load import SECRET
from bot.demo.settings import Machine
from finetune import Settings
from finetune.bootstrap import database

ROOT = Path(__file__).resolve().parents[2]
PEER = ROOT / ".tools/agno/bin/python"
PATIENCE = 60.0  # seconds until something listens


@dataclass
class Site:
    """Where things are while one contender runs."""

    world: str
    port: int
    folder: Path
    redis_url: str = ""


@dataclass(frozen=True)
class Contender:
    """`commands` are the processes, of which the first listens; `keeps` needs a database."""

    name: str
    commands: Callable[[Site], Sequence[Sequence[str]]]
    keeps: bool = False


def ours(name: str = "ours", web: int = 0, workers: int = 0) -> Contender:
    """One process for all; or so many web servers and workers."""

    def commands(_site: Site) -> list[list[str]]:
        bot = [sys.executable, "-m", "bot"]
        if not web:
            return [[*bot, "serve"]]
        serving = [[*bot, "serve", "--no-worker"] for _ in range(web)]
        return [*serving, *([*bot, "worker"] for _ in range(workers))]

    return Contender(name, commands, keeps=True)


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
    def url(self) -> str:
        """Where Slack delivers."""
        return f"http://127.0.0.1:{self.site.port}/slack/events"

    async def start(self) -> None:
        """And wait until it listens."""
        environment = Machine().environment() | settings(self.site) | {"PYTHONPATH": str(ROOT)}
        for number, command in enumerate(self.contender.commands(self.site)):
            port = {"PORT": str(self.site.port + number)}
            self.processes.append(
                await asyncio.create_subprocess_exec(
                    *command,
                    env=environment | port,
                    cwd=ROOT if "bench" in " ".join(command) else self.site.folder,
                    stdout=asyncio.subprocess.DEVNULL,
                    stderr=asyncio.subprocess.DEVNULL,
                )
            )
        await listening(self.site.port)

    async def kill(self) -> None:
        """Without a word (SIGKILL), all of them."""
        self.spent += sum(self._each())
        for process in self.processes:
            with contextlib.suppress(ProcessLookupError):
                process.send_signal(signal.SIGKILL)
            await process.wait()
        self.processes.clear()

    def processor(self) -> float:
        """Seconds of processor time until now, of what was killed too."""
        return self.spent + sum(self._each())

    def memory(self) -> float:
        """MiB of all its processes now."""
        return sum(p.memory_info().rss for p in self._alive()) / 2**20

    def database_processor(self) -> float:
        """Seconds of processor time of the database, if it has one."""
        return 0.0 if self.database is None else sum(self.database.cpu_times()[:2])

    def _each(self) -> list[float]:
        return [sum(process.cpu_times()[:2]) for process in self._alive()]

    def _alive(self) -> list[psutil.Process]:
        found = []
        for process in self.processes:
            with contextlib.suppress(psutil.Error):
                parent = psutil.Process(process.pid)
                found += [parent, *parent.children(recursive=True)]
        return found


def settings(site: Site) -> dict[str, str]:
    """The environment of our bot; the others ignore it."""
    return {
        "SLACK_BASE_URL": f"{site.world}/api/",
        "SLACK_BOT_TOKEN": "xoxb-bench",
        "SLACK_SIGNING_SECRET": SECRET,
        "OPENAI_BASE_URL": f"{site.world}/v1",
        "OPENAI_API_KEY": "none",
        "REDIS_URL": site.redis_url,
        "DATA_DIR": str(site.folder),
        "USER_RATE_LIMIT": "1000000",
    }


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


async def listening(port: int) -> None:
    """Wait until something answers there."""
    async with asyncio.timeout(PATIENCE), aiohttp.ClientSession() as http:
        while True:
            try:
                async with http.get(f"http://127.0.0.1:{port}/healthz"):
                    return
            except aiohttp.ClientError:
                await asyncio.sleep(0.05)
