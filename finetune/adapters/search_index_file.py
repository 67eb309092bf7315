"""The file behind the searchable copy of one workspace's examples: SQLite, shared by processes.

It can be thrown away at any time: whatever cannot be read, or is of another version, is. What is
erased from the dataset leaves its bytes: SQLite overwrites what it deletes, and the write-ahead log,
which holds older pages, is emptied after that.
"""

import fcntl
import shutil
import sqlite3
import threading
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from finetune.errors import DiskUnavailable

VERSION = 4  # of the tables below; a file of another one is made anew
PATIENCE = 30.0  # seconds for another process that writes
KEPT = 64  # answers of one connection
TABLES = """
CREATE TABLE known (name TEXT PRIMARY KEY, value) WITHOUT ROWID;
CREATE TABLE examples (
    row INTEGER PRIMARY KEY, example_id TEXT NOT NULL UNIQUE, at REAL NOT NULL,
    facet INTEGER NOT NULL, channel INTEGER NOT NULL
);
CREATE INDEX by_time ON examples (at, row);
CREATE INDEX by_status ON examples (facet & 3, at, row);
CREATE INDEX by_facet ON examples (facet);
CREATE INDEX by_channel ON examples (channel);
CREATE TABLE channels (channel INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
CREATE TABLE texts (row INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE questions (
    row INTEGER PRIMARY KEY, question TEXT NOT NULL, question_key TEXT NOT NULL,
    said TEXT NOT NULL, keys BLOB NOT NULL
);
CREATE INDEX by_question ON questions (question_key);
CREATE TABLE authors (author TEXT, row INTEGER, PRIMARY KEY (author, row)) WITHOUT ROWID;
CREATE INDEX authors_of ON authors (row);
CREATE TABLE opinions (
    row INTEGER NOT NULL, person TEXT NOT NULL, about TEXT NOT NULL, kind TEXT NOT NULL,
    yes INTEGER NOT NULL, at REAL NOT NULL, waited REAL
);
CREATE INDEX opinions_of ON opinions (row);
CREATE INDEX opinions_about ON opinions (person, about);
CREATE TABLE sketches (key INTEGER, row INTEGER, PRIMARY KEY (key, row)) WITHOUT ROWID;
"""
Answer = TypeVar("Answer")
_DAMAGE = (
    sqlite3.SQLITE_ERROR,  # no such table
    sqlite3.SQLITE_CORRUPT,
    sqlite3.SQLITE_NOTADB,
    sqlite3.SQLITE_CONSTRAINT,
    sqlite3.SQLITE_MISMATCH,
)


class Damaged(Exception):
    """Raised when a file holds something else than it should: it is to be made anew."""

    def __init__(self, path: Path, message: str) -> None:
        super().__init__(message)
        self.path = path


class Connection:
    """One connection, used by one thread at a time.

    It keeps what it found until somebody writes: the rows of one query, in the table `chosen`, and
    answers.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        # each statement is its own transaction, unless it is within `IndexFile.writing`
        self.sql = sqlite3.connect(
            path, timeout=PATIENCE, isolation_level=None, check_same_thread=False
        )
        self._chosen: Hashable = None  # the query whose rows are in the table `chosen`
        self._answers: dict[Hashable, Any] = {}
        self._seen = -1
        for pragma in (
            "synchronous=NORMAL",  # safe from a kill
            "secure_delete=ON",
            "temp_store=MEMORY",
            "cache_size=-16384",  # KiB
            "case_sensitive_like=ON",  # the texts are folded
        ):
            self.sql.execute(f"PRAGMA {pragma}")
        self.sql.execute("CREATE TEMP TABLE chosen (row INTEGER PRIMARY KEY)")

    def kept(self, key: Hashable, make: Callable[[], Answer]) -> Answer:
        """An answer that is given again as long as nobody has written."""
        self._renew()
        if key not in self._answers:
            if len(self._answers) >= KEPT:
                self._answers.clear()
            self._answers[key] = make()
        answer: Answer = self._answers[key]
        return answer

    def choose(self, query: Hashable, rows: str, values: Sequence[Any]) -> None:
        """Fill the table `chosen` with the rows of a query that this statement finds."""
        self._renew()
        if self._chosen != query:
            self._chosen = None
            self.sql.execute("DELETE FROM temp.chosen")
            self.sql.execute(f"INSERT INTO temp.chosen {rows}", values)
            self._chosen = query

    def forget(self) -> None:
        """One's own writing goes unnoticed otherwise."""
        self._seen = -1

    def _renew(self) -> None:
        [seen] = self.sql.execute("PRAGMA data_version").fetchone()
        if seen != self._seen:
            self._answers.clear()
            self._chosen, self._seen = None, seen


class IndexFile:
    """Connections to the newest file in a folder, opened when first used.

    A file is never replaced by another one of its name: SQLite would take the old one's log for the
    new one's.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._idle: list[Connection] = []
        self._opening = threading.Lock()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """One connection, of which nobody else has the use. Raises Damaged, DiskUnavailable."""
        with self._explained():
            connection = self._taken()
            try:
                yield connection
            except sqlite3.Error as error:
                connection.sql.close()
                if _code(error) in _DAMAGE or not connection.path.exists():
                    raise Damaged(connection.path, str(error)) from error
                raise
            except BaseException:
                connection.sql.close()
                raise
            self._idle.append(connection)

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction that keeps other writers waiting. Raises Damaged, DiskUnavailable."""
        with self.reading() as connection:
            connection.sql.execute("BEGIN IMMEDIATE")
            try:
                yield connection.sql
            except BaseException:
                connection.sql.execute("ROLLBACK")
                raise
            connection.sql.execute("COMMIT")
            connection.forget()

    def exists(self) -> bool:
        """Whether anybody has searched here yet."""
        return bool(self._files())

    def close(self) -> None:
        """Give all connections back."""
        while self._idle:
            self._idle.pop().sql.close()

    def discard(self, damaged: Path | None = None) -> None:
        """Remove this file, or all. Who has it open goes on with what nobody else sees, and notices."""
        self.close()
        with self._explained(), self._alone():
            for path in self._files() if damaged is None else [damaged]:
                for ending in ("", "-wal", "-shm"):
                    Path(f"{path}{ending}").unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove the folder too."""
        self.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    def empty_log(self) -> bool:
        """Leave no older pages in the write-ahead log; False while somebody still reads there."""
        with self.reading() as connection:
            busy, _, _ = connection.sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        return not busy

    def _taken(self) -> Connection:
        files = self._files()
        with self._opening:
            while self._idle:
                connection = self._idle.pop()
                if files and connection.path == files[-1]:
                    return connection
                connection.sql.close()
        with self._alone():
            current = next(reversed(self._files()), self._folder / f"{time.time_ns()}.sqlite")
            try:
                _prepare(current)
                return Connection(current)
            except sqlite3.Error as error:
                if _code(error) in _DAMAGE:
                    raise Damaged(current, str(error)) from error
                raise

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Only one process opens, makes or removes files at a time."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (self._folder / "lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def _files(self) -> list[Path]:
        """Ascending by age."""
        return sorted(self._folder.glob("*.sqlite"))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise DiskUnavailable(f"{self._folder}: {error}") from error
        except OSError as error:
            raise DiskUnavailable(f"{self._folder}: {error.strerror or error}") from error


def _prepare(path: Path) -> None:
    """Make the tables, once, whichever process is first. Raises Damaged for another version."""
    sql = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        if _version(sql) == 0:
            sql.execute("PRAGMA journal_mode=WAL")
            sql.execute("BEGIN IMMEDIATE")
            for statement in () if _version(sql) else TABLES.split(";"):
                sql.execute(statement)
            sql.execute(f"PRAGMA user_version={VERSION}")
            sql.execute("COMMIT")
        elif _version(sql) != VERSION:
            raise Damaged(path, f"version {_version(sql)} of the index")
    finally:
        sql.close()


def _version(sql: sqlite3.Connection) -> int:
    return int(sql.execute("PRAGMA user_version").fetchone()[0])


def _code(error: sqlite3.Error) -> int:
    return int(getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR)) & 0xFF
