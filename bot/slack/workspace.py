"""What a team has in `finetune`, as the Slack side uses it."""

from typing import Protocol

from bot import decisions
from finetune import Snapshots


class Workspace(decisions.Workspace, Protocol):
    """A team's dataset, runs and champion, and what its runs learnt from."""

    @property
    def snapshots(self) -> Snapshots: ...
