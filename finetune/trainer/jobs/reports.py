"""How a training tells the server of itself: numbered files in the job's folder of the storage.

`Outbox` is the training process's side, `Inbox` the server's. A number is never used twice, also
not after a restart. What was told and not yet sent survives a kill of the process in a spool beside
the checkpoints; being sent twice changes nothing, since the server knows each report by its mark.
"""

import json
import re
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from finetune.trainer.engine import Checkpoint, Chosen, Note, Progress, Step
from finetune.trainer.jobs.order import folder_of
from finetune.trainer.stores.storage import Storage

_PACE = 0.5  # seconds between two files, so that short steps share one
_KINDS: dict[str, type[Any]] = {
    "step": Step,
    "checkpoint": Checkpoint,
    "note": Note,
    "chosen": Chosen,
}
_FILE = re.compile(r"(\d{8})\.json")


@dataclass(frozen=True)
class Report:
    """One thing told, at `at` (unix seconds). `progress` None: the process has begun."""

    at: float
    progress: Progress | None


class Outbox:
    """Where a training process puts its reports. Raises OSError when they cannot be kept."""

    def __init__(self, storage: Storage, job_id: str) -> None:
        self._storage = storage
        self._folder = f"{folder_of(job_id)}/reports"
        room = storage.room(folder_of(job_id))
        room.mkdir(parents=True, exist_ok=True)
        self._spool = room / "spool.jsonl"
        self._waiting = _spooled(self._spool)
        self._number = max(_numbers(storage, self._folder), default=0) + 1
        self._sent_at = 0.0
        self._put({"at": time.time()})
        self.send()

    def write(self, progress: Progress) -> None:
        """Tell; steps are sent some at a time, everything else at once."""
        self._put({"at": time.time(), _kind(progress): _plain(progress)})
        if not isinstance(progress, Step) or time.monotonic() - self._sent_at >= _PACE:
            self.send()

    def send(self) -> None:
        """Send what waits."""
        if not self._waiting:
            return
        content = json.dumps(self._waiting).encode()
        self._storage.write(f"{self._folder}/{self._number:08d}.json", content)
        self._number += 1
        self._waiting = []
        self._sent_at = time.monotonic()
        self._spool.unlink(missing_ok=True)

    def _put(self, record: dict[str, Any]) -> None:
        with self._spool.open("a") as spool:
            spool.write(json.dumps(record) + "\n")
        self._waiting.append(record)


class Inbox:
    """Where the server finds the reports of a job, in order; after a restart some come again."""

    def __init__(self, storage: Storage, job_id: str) -> None:
        self._storage = storage
        self._folder = f"{folder_of(job_id)}/reports"
        self._coming: list[int] = []  # numbers; the last may not be there yet
        self._read: int | None = None

    def batches(self) -> Iterator[list[Report]]:
        """What has come since. A batch counts as read when the next is asked for."""
        # Not always without gaps: a process cut off for a while may have used a number again.
        self._coming = self._coming or sorted(_numbers(self._storage, self._folder))
        while self._coming:
            number = self._coming[0]
            try:
                content = self._storage.read(self._name(number))
            except FileNotFoundError:
                return
            yield [_report(record) for record in json.loads(content)]
            # The newest stays, so that a restarted process knows the numbers that were used.
            self._coming = self._coming[1:] or [number + 1]
            if self._read is not None:
                self._storage.remove(self._name(self._read))
            self._read = number

    def _name(self, number: int) -> str:
        return f"{self._folder}/{number:08d}.json"


def _numbers(storage: Storage, folder: str) -> list[int]:
    found = (_FILE.fullmatch(name) for name in storage.names(folder))
    return [int(match[1]) for match in found if match]


def _spooled(spool: Path) -> list[dict[str, Any]]:
    """What a killed process had told and not sent; its last line may be torn."""
    lines = spool.read_text().splitlines() if spool.exists() else []
    records: list[dict[str, Any]] = []
    for line in lines:
        try:
            records.append(json.loads(line))
        except ValueError:
            break
    return records


def _kind(progress: Progress) -> str:
    return next(name for name, kind in _KINDS.items() if isinstance(progress, kind))


def _plain(progress: Progress) -> dict[str, Any]:
    values = asdict(progress)
    if isinstance(progress, Checkpoint):
        values["path"] = progress.path.name
    return values


def _report(record: dict[str, Any]) -> Report:
    for name, kind in _KINDS.items():
        if name in record:
            values = record[name]
            if "path" in values:
                values["path"] = Path(values["path"])
            return Report(record["at"], kind(**values))
    return Report(record["at"], None)
