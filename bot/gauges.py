"""What Redis knows, as Prometheus gauges at the moment of a scrape: the same in every process.

Beside them stand the counters of this process, `metrics.py`. A database that is away is itself a
figure: `apprentice_redis_up` is 0 then, and what it knows is missing.
"""

import asyncio
import shutil
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import structlog
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from bot.domain.load import MemoryState, QueueState
from bot.looking import Look
from bot.metrics import Metrics
from finetune import Dataset, Runs

log = structlog.get_logger(__name__)
PATIENCE = 6.0  # seconds for all that Redis knows; Prometheus gives up after ten
DISK_PATIENCE, REMEMBERED = 2.0, 3.0  # seconds


class Queue(Protocol):
    """Where durable tasks wait."""

    async def state(self) -> QueueState: ...


class Memory(Protocol):
    """The database server."""

    async def memory(self) -> MemoryState: ...


@dataclass
class Gauges:
    """Reads; changes nothing."""

    queue: Queue
    server: Memory
    teams: Callable[[], Awaitable[list[str]]]
    dataset_of: Callable[[str], Dataset]
    runs_of: Callable[[str], Runs]
    put_aside: Callable[[], Awaitable[dict[str, int]]]
    data_dir: Path
    metrics: Metrics

    def __post_init__(self) -> None:
        self._redis = Look(self._known, patience=PATIENCE)
        self._disk = Look(self._free, patience=DISK_PATIENCE, remembered=REMEMBERED)

    async def text(self) -> bytes:
        """The Prometheus text format, of this process and of what all share; without what hangs."""
        registry = CollectorRegistry()
        up = _gauge(registry, "redis_up", "Whether the database answers")
        known, free = await asyncio.gather(
            self._redis.found(), self._disk.found(), return_exceptions=True
        )
        if isinstance(free, int):
            _gauge(registry, "data_dir_free_bytes", "Room left in DATA_DIR").set(free)
        else:
            log.warning("data_dir_not_read", exc_info=free)
        up.set(isinstance(known, bytes))
        if not isinstance(known, bytes):  # the process's own figures are wanted most then
            log.warning("gauges_not_read", exc_info=known)
            known = b""
        return generate_latest(self.metrics.registry) + generate_latest(registry) + known

    async def _free(self) -> int:
        return (await asyncio.to_thread(shutil.disk_usage, self.data_dir)).free

    async def _known(self) -> bytes:
        """What the database knows."""
        registry = CollectorRegistry()
        await self._server(registry)
        await self._tasks(registry)
        await self._workspaces(registry)
        return generate_latest(registry)

    async def _server(self, registry: CollectorRegistry) -> None:
        memory = await self.server.memory()
        _gauge(registry, "redis_memory_bytes", "Memory that the database uses").set(memory.used)
        most = "Memory that the database may use; 0: all there is"
        _gauge(registry, "redis_memory_limit_bytes", most).set(memory.most)

    async def _tasks(self, registry: CollectorRegistry) -> None:
        state = await self.queue.state()
        tasks = _gauge(registry, "tasks", "Durable tasks by state", "state")
        tasks.labels("waiting").set(state.waiting)
        tasks.labels("running").set(state.running)
        tasks.labels("later").set(state.later)
        age = "Seconds that the next task to be started has waited"
        _gauge(registry, "queue_age_seconds", age).set(state.age)
        aside = _gauge(registry, "put_aside", "Work that failed every time, by kind", "kind")
        for kind, count in (await self.put_aside()).items():
            aside.labels(kind).set(count)

    async def _workspaces(self, registry: CollectorRegistry) -> None:
        examples = _gauge(registry, "examples", "Examples by status", "team", "status")
        age = _gauge(
            registry,
            "run_stage_age_seconds",
            "Seconds a run has been at its stage",
            "team",
            "stage",
        )
        held = _gauge(registry, "runs_held", "Runs that wait aside for an admin", "team")
        for team in await self.teams():
            for status, count in (await self.dataset_of(team).counts()).items():
                examples.labels(team, status.value).set(count)
            runs = self.runs_of(team)
            if (run := await runs.active()) is not None:
                since = run.stages[-1][1] if run.stages else run.created_at
                age.labels(team, run.state.value).set(max(0.0, time.time() - since))
            held.labels(team).set(len(await runs.held()))


def _gauge(registry: CollectorRegistry, name: str, says: str, *labels: str) -> Gauge:
    return Gauge(f"apprentice_{name}", says, labels, registry=registry)
