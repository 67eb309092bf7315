"""The leak-free split of snapshots for any number of rows: what is known of each lies on disk.

As `dataset.splitting.split` does it: corrections, their threads, and whatever shares a question with
what is trained on are on the train side; of the other threads a stable tenth is held out.
"""

import sqlite3
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from finetune.dataset.example import Example, Source
from finetune.dataset.groups import Spilling
from finetune.dataset.splitting import held_out

IDS = 500  # given back at a time


class Sides(Spilling):
    """Takes rows in, then gives the ids of either side, oldest first. Freed as a context manager."""

    def __init__(self) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="apprentice-export-")
        place = Path(self._folder.name) / "sides.sqlite"
        # One thread at a time uses it, though not always the same one.
        self._rows = sqlite3.connect(place, isolation_level=None, check_same_thread=False)
        self._rows.executescript(
            "PRAGMA journal_mode=OFF; PRAGMA synchronous=OFF;"
            "CREATE TABLE rows (at REAL, id TEXT PRIMARY KEY, thread TEXT, prompt TEXT, trained INT)"
            " WITHOUT ROWID;"
        )

    def close(self) -> None:
        """Free the disk."""
        self._rows.close()
        self._folder.cleanup()

    def add(self, examples: Sequence[Example]) -> None:
        """Note more rows."""
        self._rows.execute("BEGIN")
        self._rows.executemany(
            "INSERT OR IGNORE INTO rows VALUES (?, ?, ?, ?, ?)",
            [(e.created_at, e.example_id, e.thread, e.prompt_key, _trained(e)) for e in examples],
        )
        self._rows.execute("COMMIT")

    def settle(self) -> None:
        """Once all rows are there: what shares a thread or a question follows to the train side."""
        self._rows.execute("CREATE INDEX threads ON rows (thread, trained)")
        self._rows.execute("CREATE INDEX prompts ON rows (prompt, trained)")
        changed = 1
        while changed:
            changed = sum(
                self._rows.execute(
                    f"UPDATE rows SET trained = 1 WHERE trained = 0 AND {key} IN "  # noqa: S608 - ours
                    f"(SELECT {key} FROM rows WHERE trained = 1)"
                ).rowcount
                for key in ("thread", "prompt")
            )

    def ids(self, *, train: bool) -> Iterator[list[str]]:
        """Of one side, some at a time."""
        found = self._rows.execute(
            "SELECT id FROM rows WHERE trained = ? ORDER BY at, id", (int(train),)
        )
        while some := found.fetchmany(IDS):
            yield [example_id for (example_id,) in some]

    def count(self, *, train: bool) -> int:
        """Rows of one side."""
        [(rows,)] = self._rows.execute("SELECT COUNT(*) FROM rows WHERE trained = ?", (int(train),))
        return int(rows)


def _trained(example: Example) -> bool:
    return example.source is Source.CORRECTION or not held_out(example.thread)
