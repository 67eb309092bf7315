"""The trainer's SQLite database: what files, jobs, events, checkpoints and models there are.

Shared by the server and `pretrain`, each with its own connection; trainings do not know it. Big
content lives in the storage. One statement or one transaction is one step: a kill leaves
the state before it or after it.
"""

import contextlib
import json
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS files (
    file_id TEXT PRIMARY KEY, owner TEXT NOT NULL, created_at INTEGER NOT NULL,
    filename TEXT NOT NULL, purpose TEXT NOT NULL, bytes INTEGER NOT NULL,
    deleted INTEGER NOT NULL DEFAULT 0, expires_at INTEGER);
CREATE TABLE IF NOT EXISTS uploads (
    upload_id TEXT PRIMARY KEY, owner TEXT NOT NULL, created_at INTEGER NOT NULL,
    filename TEXT NOT NULL, purpose TEXT NOT NULL, bytes INTEGER NOT NULL, mime_type TEXT NOT NULL,
    status TEXT NOT NULL, expires_at INTEGER NOT NULL, file_seconds INTEGER, file_id TEXT);
CREATE TABLE IF NOT EXISTS parts (
    part_id TEXT PRIMARY KEY, upload_id TEXT NOT NULL, created_at INTEGER NOT NULL,
    bytes INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS jobs (
    job_id TEXT PRIMARY KEY, owner TEXT NOT NULL, created_at INTEGER NOT NULL,
    status TEXT NOT NULL, paused INTEGER NOT NULL DEFAULT 0, request TEXT NOT NULL,
    model_id TEXT NOT NULL, finished_at INTEGER, trained_tokens INTEGER, error TEXT,
    result_file TEXT, engine TEXT NOT NULL DEFAULT 'embedded', estimated_finish INTEGER,
    cleared INTEGER NOT NULL DEFAULT 0);
CREATE TABLE IF NOT EXISTS events (
    number INTEGER PRIMARY KEY AUTOINCREMENT, event_id TEXT NOT NULL, job_id TEXT NOT NULL,
    mark TEXT NOT NULL, created_at INTEGER NOT NULL, level TEXT NOT NULL, message TEXT NOT NULL,
    kind TEXT NOT NULL, data TEXT NOT NULL, UNIQUE (job_id, mark));
CREATE INDEX IF NOT EXISTS events_of_job ON events (job_id, number);
CREATE TABLE IF NOT EXISTS checkpoints (
    checkpoint_id TEXT PRIMARY KEY, job_id TEXT NOT NULL, step INTEGER NOT NULL,
    created_at INTEGER NOT NULL, path TEXT NOT NULL, metrics TEXT NOT NULL, UNIQUE (job_id, step));
CREATE TABLE IF NOT EXISTS models (
    model_id TEXT PRIMARY KEY, owner TEXT, created_at INTEGER NOT NULL, path TEXT NOT NULL,
    taught TEXT NOT NULL, deleted INTEGER NOT NULL DEFAULT 0,
    engine TEXT NOT NULL DEFAULT 'embedded');
"""
# What tables of an earlier version lack.
_LATER = (
    ("files", "expires_at", "INTEGER"),
    ("jobs", "engine", "TEXT NOT NULL DEFAULT 'embedded'"),
    ("jobs", "estimated_finish", "INTEGER"),
    ("jobs", "cleared", "INTEGER NOT NULL DEFAULT 0"),
    ("models", "engine", "TEXT NOT NULL DEFAULT 'embedded'"),
)


class Database:
    """One connection, usable from several threads. It keeps names in the storage, never paths."""

    def __init__(self, path: Path) -> None:
        self._lock = threading.RLock()
        self._connection = sqlite3.connect(
            path, timeout=30.0, isolation_level=None, check_same_thread=False
        )
        self._connection.row_factory = sqlite3.Row
        self._connection.execute("PRAGMA journal_mode=WAL")
        self._connection.executescript(_SCHEMA)
        for table, column, kind in _LATER:
            self._add(table, column, kind)

    def all(self, statement: str, *values: object) -> list[sqlite3.Row]:
        """Every row a SELECT finds."""
        with self._lock:
            return self._connection.execute(statement, values).fetchall()

    def one(self, statement: str, *values: object) -> sqlite3.Row | None:
        """The first row a SELECT finds."""
        found = self.all(statement, *values)
        return found[0] if found else None

    def change(self, statement: str, *values: object) -> int:
        """Run a statement; how many rows it changed."""
        with self._lock:
            return self._connection.execute(statement, values).rowcount

    @contextlib.contextmanager
    def transaction(self) -> Iterator[None]:
        """All the changes of the block, or none. Within another one it is a part of that."""
        with self._lock:
            if self._connection.in_transaction:
                yield
                return
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
            self._connection.execute("COMMIT")

    def _add(self, table: str, column: str, kind: str) -> None:
        known = {row["name"] for row in self.all(f"PRAGMA table_info({table})")}
        if column not in known:
            with contextlib.suppress(sqlite3.OperationalError):  # another process was quicker
                self.change(f"ALTER TABLE {table} ADD COLUMN {column} {kind}")

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._connection.close()


def packed(value: Any) -> str:
    """A value as the database keeps it."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def unpacked(text: str) -> Any:
    """The value kept by `packed`."""
    return json.loads(text)
