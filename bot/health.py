"""Is everything there that the bot needs? For /readyz, /metrics and `bot doctor`.

Reads Redis (persistence, eviction, queue) and the datasets' counts; changes nothing.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Protocol

from docket import Docket
from prometheus_client import CollectorRegistry, Gauge, generate_latest

from finetune import Dataset


class Server(Protocol):
    """What is asked of Redis."""

    async def problems(self) -> list[str]: ...


@dataclass(frozen=True)
class Health:
    """Looks at the services behind the bot."""

    server: Server
    docket: Docket
    teams: Callable[[], Awaitable[list[str]]]
    dataset_of: Callable[[str], Dataset]

    async def problems(self) -> list[str]:
        """One line for each thing that stops the bot from keeping its promises."""
        return await self.server.problems()

    async def metrics(self) -> bytes:
        """The Prometheus text format."""
        registry = CollectorRegistry()
        examples = Gauge(
            "apprentice_examples", "Examples by status", ["team", "status"], registry=registry
        )
        for team in await self.teams():
            for status, count in (await self.dataset_of(team).counts()).items():
                examples.labels(team, status.value).set(count)
        tasks = Gauge("apprentice_tasks", "Durable tasks by state", ["state"], registry=registry)
        try:
            snapshot = await self.docket.snapshot()
        except ValueError:  # a task of another version of the bot is queued
            return generate_latest(registry)
        tasks.labels("running").set(len(snapshot.running))
        tasks.labels("waiting").set(len(snapshot.future))
        return generate_latest(registry)
