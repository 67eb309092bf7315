"""Fine-tuning jobs with their events and checkpoints, in the database.

The server creates, pauses and cancels jobs; the training child reports and ends them. Every change
of status names the status it starts from, so that of two that race only one wins.
"""

import secrets
import sqlite3
import time
from dataclasses import dataclass
from typing import Any

from finetune.trainer.engine import Hyperparameters
from finetune.trainer.stores.database import Database, packed, unpacked

_JOB = (
    "job_id, owner, created_at, status, paused, request, model_id, finished_at, trained_tokens,"
    " error, result_file, estimated_finish"
)


ARRIVING = "arriving"  # the state of a job whose rows are still being copied; nobody sees it


@dataclass(frozen=True)
class Job:
    """One job. `request` is what was asked for; `model_id` is the name its model gets.

    `estimated_finish`: unix seconds by the pace of its steps while it runs, None when unknown.
    """

    job_id: str
    owner: str
    created_at: int
    status: str
    paused: bool
    request: dict[str, Any]
    model_id: str
    finished_at: int | None = None
    trained_tokens: int | None = None
    error: dict[str, Any] | None = None
    result_file: str | None = None
    estimated_finish: int | None = None


@dataclass(frozen=True)
class Event:
    """One event of a job."""

    event_id: str
    created_at: int
    level: str
    message: str
    kind: str
    data: dict[str, Any]


@dataclass(frozen=True)
class StoredCheckpoint:
    """A state of a job's model that can be asked while its `folder` is in the storage."""

    checkpoint_id: str
    job_id: str
    step: int
    created_at: int
    folder: str
    metrics: dict[str, Any]


class JobStore:
    """Jobs of all keys, as far as they are for this server's engine."""

    def __init__(self, database: Database, engine: str = "embedded") -> None:
        self._database = database
        self._engine = engine

    def add(self, job: Job) -> None:
        """Keep a new job."""
        self._database.change(
            "INSERT INTO jobs (job_id, owner, created_at, status, paused, request, model_id,"
            " engine) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(job.job_id, job.owner, job.created_at, job.status, job.paused),
            *(packed(job.request), job.model_id, self._engine),
        )

    def arrive(self, job: Job) -> None:
        """Let a job be seen that was added as `ARRIVING`."""
        with self._database.transaction():
            self.move(job.job_id, job.status, since=ARRIVING)
            self.note(job.job_id, f"Created fine-tuning job: {job.job_id}", mark="created")

    def forget(self, job_id: str) -> None:
        """Remove a job that did not arrive."""
        self._database.change("DELETE FROM jobs WHERE job_id = ? AND status = ?", job_id, ARRIVING)

    def get(self, job_id: str) -> Job | None:
        """A job by its id."""
        found = self._database.one(
            f"SELECT {_JOB} FROM jobs WHERE job_id = ? AND engine = ? AND status != ?",  # noqa: S608 - constant names
            *(job_id, self._engine, ARRIVING),
        )
        return _job(found) if found else None

    def of(self, owner: str) -> list[Job]:
        """The jobs of a key, newest first."""
        found = self._database.all(
            f"SELECT {_JOB} FROM jobs WHERE owner = ? AND engine = ? AND status != ?"  # noqa: S608 - constant names
            " ORDER BY rowid DESC",
            *(owner, self._engine, ARRIVING),
        )
        return [_job(row) for row in found]

    def under_way(self, owner: str) -> int:
        """How many jobs of a key have not ended."""
        found = self._database.one(
            "SELECT count(*) AS number FROM jobs WHERE owner = ? AND engine = ?"
            " AND status IN ('validating_files', 'queued', 'running')",
            *(owner, self._engine),
        )
        return int(found["number"]) if found else 0

    def waiting(self, status: str) -> list[Job]:
        """The jobs in this state that are not paused, oldest first."""
        found = self._database.all(
            f"SELECT {_JOB} FROM jobs WHERE status = ? AND engine = ? AND NOT paused ORDER BY rowid",  # noqa: S608 - constant names
            *(status, self._engine),
        )
        return [_job(row) for row in found]

    def uncleared(self) -> list[Job]:
        """The jobs that have ended and still hold what only a training needs, oldest first."""
        found = self._database.all(
            f"SELECT {_JOB} FROM jobs WHERE engine = ? AND finished_at IS NOT NULL AND NOT cleared"  # noqa: S608 - constant names
            " ORDER BY rowid",
            self._engine,
        )
        return [_job(row) for row in found]

    def cleared(self, job_id: str) -> None:
        """What a job that has ended needs no more is gone."""
        self._database.change("UPDATE jobs SET cleared = 1 WHERE job_id = ?", job_id)

    def expect(self, job_id: str, estimated_finish: int | None) -> None:
        """When a running job will probably be done, in unix seconds."""
        self._database.change(
            "UPDATE jobs SET estimated_finish = ? WHERE job_id = ? AND status = 'running'",
            *(estimated_finish, job_id),
        )

    def move(self, job_id: str, status: str, *, since: str) -> bool:
        """From one state to the next; False when it was not in `since`, or may not run now."""
        changed = self._database.change(
            "UPDATE jobs SET status = ? WHERE job_id = ? AND status = ?"
            " AND (? != 'running' OR NOT paused)",
            *(status, job_id, since, status),
        )
        return bool(changed)

    def pause(self, job_id: str, *, paused: bool) -> bool:
        """Hold a job back, or let it go on, and tell it; False when that changes nothing."""
        with self._database.transaction():
            changed = self._database.change(
                "UPDATE jobs SET paused = ?, estimated_finish = NULL,"
                " status = CASE status WHEN 'running' THEN 'queued' ELSE status END"
                " WHERE job_id = ? AND paused != ?"
                " AND status IN ('validating_files', 'queued', 'running')",
                *(paused, job_id, paused),
            )
            if changed:
                said = "The job is paused" if paused else "The job goes on"
                mark = f"hold-{self.count(job_id, 'hold-')}"
                self.note(job_id, said, mark=mark, data={"paused": paused})
        return bool(changed)

    def cancel(self, job_id: str) -> bool:
        """End a job and tell it; False when it had ended before."""
        with self._database.transaction():
            if ended := self.end(job_id, "cancelled"):
                self.note(job_id, "The job was cancelled", mark="end")
        return ended

    def end(
        self,
        job_id: str,
        status: str,
        *,
        error: dict[str, Any] | None = None,
        trained_tokens: int | None = None,
        result_file: str | None = None,
    ) -> bool:
        """Succeeded, failed or cancelled, once; False when the job had ended before."""
        changed = self._database.change(
            "UPDATE jobs SET status = ?, finished_at = ?, error = ?, trained_tokens = ?,"
            " result_file = ?, paused = 0, estimated_finish = NULL WHERE job_id = ? AND (status = 'running'"
            " OR (status IN ('validating_files', 'queued') AND ? != 'succeeded'))",
            *(status, int(time.time()), packed(error) if error else None, trained_tokens),
            *(result_file, job_id, status),
        )
        return bool(changed)

    def choose(self, job_id: str, chosen: Hyperparameters) -> None:
        """Put what the engine chose in the place of "auto"; what was asked for stays."""
        job = self.get(job_id)
        if job is not None:
            asked = job.request["hyperparameters"]
            known = {name: value for name, value in vars(chosen).items() if value is not None}
            filled = {name: known.get(name, v) if v == "auto" else v for name, v in asked.items()}
            request = packed(job.request | {"hyperparameters": filled})
            self._database.change("UPDATE jobs SET request = ? WHERE job_id = ?", request, job_id)

    def note(
        self,
        job_id: str,
        message: str,
        *,
        mark: str,
        level: str = "info",
        data: dict[str, Any] | None = None,
        at: float | None = None,
    ) -> None:
        """Add an event; one with the same `mark` is not added twice, whoever repeats it.

        `at`: unix seconds, if it was not now.
        """
        self._database.change(
            "INSERT OR IGNORE INTO events"
            " (event_id, job_id, mark, created_at, level, message, kind, data)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            *(
                f"ftevent-{secrets.token_hex(12)}",
                job_id,
                mark,
                int(at or time.time()),
                level,
                message,
            ),
            *("metrics" if "step" in (data or {}) else "message", packed(data or {})),
        )

    def count(self, job_id: str, mark: str) -> int:
        """How many events of a job have a mark that begins so."""
        found = self._database.one(
            "SELECT count(*) AS number FROM events WHERE job_id = ? AND mark >= ? AND mark < ?",
            *(job_id, mark, f"{mark}\U0010ffff"),  # by the index: a job may have 100 000 steps
        )
        return int(found["number"]) if found else 0

    def events(self, job_id: str, after: str | None = None, most: int = -1) -> list[Event]:
        """Events of a job, newest first: those behind `after`, at most so many (-1: all)."""
        found = self._database.all(
            "SELECT event_id, created_at, level, message, kind, data FROM events WHERE job_id = ?"
            " AND (? IS NULL OR number < (SELECT number FROM events WHERE job_id = ? AND"
            " event_id = ?)) ORDER BY number DESC LIMIT ?",
            *(job_id, after, job_id, after, most),
        )
        return [Event(**{**row, "data": unpacked(row["data"])}) for row in found]

    def add_checkpoint(self, job_id: str, step: int, folder: str, metrics: dict[str, Any]) -> None:
        """A new checkpoint of a job."""
        self._database.change(
            "INSERT OR IGNORE INTO checkpoints VALUES (?, ?, ?, ?, ?, ?)",
            *(f"ftckpt-{secrets.token_hex(12)}", job_id, step, int(time.time())),
            *(folder, packed(metrics)),
        )

    def checkpoints(self, job_id: str) -> list[StoredCheckpoint]:
        """All checkpoints a job ever had, newest first; the storage knows which are still there."""
        found = self._database.all(
            "SELECT checkpoint_id, job_id, step, created_at, path AS folder, metrics FROM checkpoints"
            " WHERE job_id = ? ORDER BY step DESC",
            job_id,
        )
        return [StoredCheckpoint(**{**row, "metrics": unpacked(row["metrics"])}) for row in found]


def _job(row: sqlite3.Row) -> Job:
    values = dict(row)
    values["paused"] = bool(values["paused"])
    values["request"] = unpacked(values["request"])
    values["error"] = unpacked(values["error"]) if values["error"] else None
    return Job(**values)
