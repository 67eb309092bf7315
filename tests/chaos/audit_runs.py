"""Each run made one remote job and one promotion; each snapshot is what it was."""

import hashlib
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from finetune import RunState
from finetune.bootstrap import Workspace
from finetune.dataset.example import digest
from finetune.dataset.snapshot import Row, Snapshot
from tests.chaos.findings import Check
from tests.chaos.models import Models
from tests.chaos.retraining import Retraining


@dataclass(frozen=True)
class Trainings:
    """Compares the runs with the provider's jobs and files, and with the disk."""

    models: Models
    workspace: Workspace
    retraining: Retraining
    snapshots: Path

    async def checks(self) -> AsyncIterator[Check]:
        """The table's lines about runs."""
        yield await self._runs()
        yield await self._files()

    async def _runs(self) -> Check:
        check = Check("each run: one remote job, one promotion")
        runs = await self.workspace.runs.list(sys.maxsize)
        history = await self.workspace.registry.history()
        taken = self.retraining.started
        check.look(len(runs) == taken, f"{len(runs)} runs are kept of {taken} that were taken")
        jobs = [job.request["metadata"]["run_id"] for job in self.models.stub.jobs.values()]
        files = [file.name for file in self.models.stub.files.values()]
        for run in runs:
            check.look(jobs.count(run.run_id) == 1, f"{run.run_id}: {jobs.count(run.run_id)} jobs")
            promotions = sum(1 for version in history if version.run_id == run.run_id)
            good = run.state is RunState.PROMOTED and promotions == 1
            check.look(
                good, f"{run.run_id} is {run.state}, promoted {promotions} times: {run.error}"
            )
        check.look(set(jobs) == {run.run_id for run in runs}, f"jobs of {set(jobs)}")
        check.look(len(files) == len(set(files)), f"files sent twice: {sorted(files)}")
        check.about = f"{len(runs)} runs, {len(jobs)} jobs, {len(history)} promotions"
        return check

    async def _files(self) -> Check:
        check = Check("each snapshot's hash is unchanged")
        for folder in sorted(self.snapshots.iterdir()) if self.snapshots.exists() else ():
            if folder.name.startswith("."):
                check.look(False, f"left behind: {folder.name}")
                continue
            kept = self.workspace.snapshots.load(folder.name)
            check.look(
                kept.snapshot_id == _hash(kept) == folder.name,
                f"{folder.name}: its manifest has changed",
            )
            for name, wanted in kept.files.items():
                found = hashlib.sha256((folder / name).read_bytes()).hexdigest()
                check.look(found == wanted, f"{folder.name}/{name} has changed")
        return check


def _hash(snapshot: Snapshot) -> str:
    """Of what the manifest says, as it was made when the snapshot was taken."""
    sides = {"train": snapshot.train, "validation": snapshot.validation}
    body = {
        "model": snapshot.model,
        "tokens": snapshot.tokens,
        "files": snapshot.files,
        **{side: [_row(row) for row in rows] for side, rows in sides.items()},
    }
    return digest(body)[:16]


def _row(row: Row) -> dict[str, object]:
    """Less who stood behind it, which makes no other snapshot."""
    messages = [message.wire() for message in row.messages]
    return {**row.model_dump(mode="json", exclude={"voice", "flagged"}), "messages": messages}
