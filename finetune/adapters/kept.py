"""Answers kept in one SQLite file: for work on files alone, where there is no Redis.

Several processes may use one file at once. What an older version or an accident left unreadable is
taken as not answered.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from pydantic import ValidationError

from finetune.asking.question import Answer
from finetune.errors import InputError

SCHEMA = "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT) WITHOUT ROWID"
PATIENCE = 30.0  # seconds for another process that writes


class AnswerFile:
    """Answers by key, apart for each `scope` (a provider's address).

    Each is in the file before `put` returns: a killed process loses none.
    """

    def __init__(self, database: sqlite3.Connection, path: Path, scope: str = "") -> None:
        self._database = database
        self._path = path
        self._scope = scope

    async def get(self, keys: Sequence[str]) -> dict[str, Answer]:
        """Those of `keys` that are known. Raises InputError."""
        found: dict[str, Answer] = {}
        query = "SELECT answer FROM answers WHERE key = ?"
        with self._explained():
            for key in keys:
                row = self._database.execute(query, (self._scope + key,)).fetchone()
                answer = None if row is None else _answer(row[0])
                if answer is not None:
                    found[key] = answer
        return found

    async def put(self, key: str, answer: Answer) -> None:
        """Keep one answer, in place of an older one. Raises InputError: a full disk."""
        statement = "INSERT OR REPLACE INTO answers VALUES (?, ?)"
        text = answer.model_dump_json(exclude_defaults=True)
        with self._explained():
            self._database.execute(statement, (self._scope + key, text))

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise _unusable(self._path, error) from None


@contextmanager
def answer_file(path: Path, scope: str = "") -> Iterator[AnswerFile]:
    """Open or make the file. Raises InputError when that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # each statement is its own transaction
        database = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    except (OSError, sqlite3.Error) as error:
        raise _unusable(path, error) from None
    try:
        _prepare(database, path)
        yield AnswerFile(database, path, scope)
    finally:
        database.close()


def _prepare(database: sqlite3.Connection, path: Path) -> None:
    try:
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")  # safe from a kill; no fsync for each answer
        database.execute(SCHEMA)
    except sqlite3.Error as error:
        raise _unusable(path, error) from None


def _answer(text: object) -> Answer | None:
    try:
        return Answer.model_validate_json(text) if isinstance(text, str) else None
    except ValidationError:
        return None


def _unusable(path: Path, error: OSError | sqlite3.Error) -> InputError:
    why = (error.strerror or error) if isinstance(error, OSError) else error
    return InputError(f"cannot keep answers in {path}: {why}; set DATA_DIR to a folder with room")
