"""Answers kept in one SQLite file: for work on files alone, where there is no Redis."""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from finetune.asking.question import Answer
from finetune.errors import InputError

SCHEMA = "CREATE TABLE IF NOT EXISTS answers (key TEXT PRIMARY KEY, answer TEXT) WITHOUT ROWID"


class AnswerFile:
    """Answers by key; each is on disk before `put` returns, so that a kill loses none."""

    def __init__(self, database: sqlite3.Connection) -> None:
        self._database = database

    async def get(self, keys: Sequence[str]) -> dict[str, Answer]:
        """Those of `keys` that are known."""
        found: dict[str, Answer] = {}
        for key in keys:
            query = "SELECT answer FROM answers WHERE key = ?"
            row = self._database.execute(query, (key,)).fetchone()
            if row is not None:
                found[key] = Answer.model_validate_json(row[0])
        return found

    async def put(self, key: str, answer: Answer) -> None:
        """Keep one answer; the first one stays."""
        statement = "INSERT OR IGNORE INTO answers VALUES (?, ?)"
        self._database.execute(statement, (key, answer.model_dump_json(exclude_defaults=True)))
        self._database.commit()


@contextmanager
def answer_file(path: Path) -> Iterator[AnswerFile]:
    """Open or make the file. Raises InputError when that cannot be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        database = sqlite3.connect(path, timeout=30)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute(SCHEMA)
    except (OSError, sqlite3.Error) as error:
        raise InputError(f"cannot keep answers in {path}: {error}") from None
    try:
        yield AnswerFile(database)
    finally:
        database.close()
