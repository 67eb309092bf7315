"""Who decides, and in which workspace's data."""

from typing import NamedTuple, Protocol

from finetune import Dataset, Registry, Runs


class Who(NamedTuple):
    """A member of a workspace, by Slack's ids."""

    team: str
    user: str


class Workspace(Protocol):
    """What of a team's data can be decided about."""

    @property
    def dataset(self) -> Dataset: ...

    @property
    def runs(self) -> Runs: ...

    @property
    def registry(self) -> Registry: ...
