"""Waits until nothing is under way any more; what never becomes quiet is for the audit to name."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from redis.asyncio import Redis

from bot.bootstrap.connecting import DOCKET
from finetune.bootstrap import Workspace
from tests.chaos.accepted import Accepted
from tests.chaos.load import Load
from tests.chaos.road import Road
from tests.chaos.slack import Slack

PATIENCE = 240.0  # seconds from the last trouble until everything is done
CLOCKED = frozenset({"sweep", "watch", "scheduled"})  # tasks that are always waiting for their time
STEADY = 3  # looks in a row that must find nothing


@dataclass(frozen=True)
class Quiet:
    """Looks at everything that could still be at work."""

    slack: Slack
    road: Road
    load: Load
    workspace: Workspace
    redis: Redis

    async def come(self, patience: float = PATIENCE) -> list[str]:
        """Wait; what is still under way when patience ends."""
        deadline, steady, left = time.monotonic() + patience, 0, ["never looked"]
        while time.monotonic() < deadline:
            left = await self._under_way()
            steady = 0 if left else steady + 1
            if steady == STEADY:
                return []
            await asyncio.sleep(0.5)
        return left

    async def _under_way(self) -> list[str]:
        accepted = Accepted.of(self.road)
        due = [n for n, sent in self.load.sent.items() if accepted.turn(self.load, n, sent)]
        checks: dict[str, Callable[[], object]] = {
            "deliveries": lambda: self.slack.pending,
            "copies on the road": lambda: not self.road.quiet,
            "answers": lambda: [n for n in due if n not in self.load.answered],
        }
        left = [f"{name}: {found}" for name, look in checks.items() if (found := look())]
        if tasks := await waiting(self.redis):
            left.append(f"tasks: {tasks}")
        if (run := await self.workspace.runs.active()) is not None:
            left.append(f"run {run.run_id}: {run.state}")
        return left


async def waiting(redis: Redis) -> list[str]:
    """Keys of docket's tasks that are queued, scheduled or under way, less those by the clock."""
    found = []
    async for name in redis.scan_iter(match=f"{DOCKET}:runs:*", count=1000):
        key = str(name).removeprefix(f"{DOCKET}:runs:")
        state = await redis.hget(name, "state")
        if key not in CLOCKED and state not in ("completed", "failed", "cancelled"):
            found.append(f"{key} ({state})")
    return sorted(found)
