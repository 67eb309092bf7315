"""A workspace's own snapshots: those that its runs used. All teams' files are in one folder."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from bot.web.refusals import Refused
from finetune import DiskUnavailable, FrozenRows, NotFound, SnapshotTotals, Used, used_snapshots
from finetune.bootstrap import Workspace

RUNS = 1_000  # the newest, of which the snapshots are shown
MANIFEST = "manifest.json"


class Shelved(NamedTuple):
    """A snapshot as the list shows it; `totals` is None where its files are gone."""

    used: Used
    totals: SnapshotTotals | None
    stale: bool

    @property
    def snapshot_id(self) -> str:
        """Its name."""
        return self.used.snapshot_id

    @property
    def taken_at(self) -> float:
        """When the first run of this workspace that used it began."""
        return self.used.runs[-1].created_at


async def shelf(workspace: Workspace) -> list[Used]:
    """The newest first."""
    return used_snapshots(await workspace.runs.list(limit=RUNS))


async def own(workspace: Workspace, snapshot_id: str) -> Used:
    """Raises Refused for what no run of this workspace has used, whether or not it is there."""
    for each in await shelf(workspace):
        if each.snapshot_id == snapshot_id:
            return each
    raise Refused("no_snapshot", 404)


async def shelved(workspace: Workspace, some: Sequence[Used]) -> list[Shelved]:
    """What these hold; counted in a thread."""
    return await asyncio.to_thread(lambda: [_shelved(workspace, each) for each in some])


async def frozen(workspace: Workspace, snapshot_id: str) -> FrozenRows:
    """Its rows. Raises Refused where its files are gone."""
    manifest = workspace.snapshots.path(snapshot_id, MANIFEST)
    try:
        return await asyncio.to_thread(FrozenRows, manifest)
    except NotFound:
        raise Refused("no_snapshot", 404) from None
    except DiskUnavailable:
        raise Refused("away", 503) from None


def _shelved(workspace: Workspace, used: Used) -> Shelved:
    manifest = workspace.snapshots.path(used.snapshot_id, MANIFEST)
    try:
        totals = FrozenRows.totals(manifest)
    except (NotFound, DiskUnavailable):
        totals = None
    return Shelved(used, totals, workspace.snapshots.stale(used.snapshot_id) is not None)
