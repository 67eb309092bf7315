"""What a team has in `finetune`, as the Slack side uses it."""

from typing import Protocol

from finetune import Dataset, Registry, Runs, Snapshots


class Workspace(Protocol):
    """A team's dataset, runs and champion."""

    @property
    def dataset(self) -> Dataset: ...

    @property
    def runs(self) -> Runs: ...

    @property
    def registry(self) -> Registry: ...

    @property
    def snapshots(self) -> Snapshots: ...
