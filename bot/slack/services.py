"""What the listeners need, made once by `bootstrap.py` and handed to each of them."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from bot.domain.ports import Roles, TaskQueue, Turns, Verdicts
from bot.slack.notices import Notices
from finetune import Dataset, Registry, Runs


class Deliveries(Protocol):
    """Which of Slack's deliveries have been taken over already."""

    async def seen(self, team: str, event_id: str) -> bool: ...

    async def remember(self, team: str, event_id: str) -> None: ...


class Workspace(Protocol):
    """A team's dataset, runs and champion."""

    @property
    def dataset(self) -> Dataset: ...

    @property
    def runs(self) -> Runs: ...

    @property
    def registry(self) -> Registry: ...


@dataclass(frozen=True)
class Services:
    """Plain wiring; no behaviour."""

    turns: Turns
    verdicts: Verdicts
    deliveries: Deliveries
    tasks: TaskQueue
    roles: Roles
    notices: Notices
    workspace: Callable[[str], Workspace]
    curate_url: Callable[[str, str], str]
