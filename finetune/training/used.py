"""Which snapshots a workspace has used, and what its runs made of them.

Snapshots of all workspaces are in one folder, and a snapshot is known by its contents alone: it is a
workspace's own only by a run of that workspace.
"""

from collections.abc import Sequence
from typing import NamedTuple

from finetune.training.run import Run


class Used(NamedTuple):
    """A snapshot and the runs that used it, the newest first."""

    snapshot_id: str
    runs: tuple[Run, ...]


def used_snapshots(runs: Sequence[Run]) -> list[Used]:
    """By the newest run of each, newest first; `runs` are newest first, too."""
    found: dict[str, list[Run]] = {}
    for run in runs:
        if run.snapshot_id:
            found.setdefault(run.snapshot_id, []).append(run)
    return [Used(snapshot_id, tuple(some)) for snapshot_id, some in found.items()]
