"""What the teacher is asked about: each text of a folder or a file, once, in an order set by a seed.

Nothing but a small index is kept (in a temporary SQLite file that spills to disk), so that a file of
any size takes the same memory. The order is that of a hash of seed and text: it does not change
when inputs are added, and two equal texts are one input.
"""

import hashlib
import os
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from finetune.dataset.example import Message, digest, normalise
from finetune.distill.reading import Found, parsed, spots
from finetune.errors import InputError

INDEX = "CREATE TABLE inputs (place BLOB PRIMARY KEY, name TEXT, path BLOB, start INT, length INT)"


class Input(NamedTuple):
    """One thing to write about: its name for people, and the conversation before the answer."""

    name: str
    messages: tuple[Message, ...]


class Inputs:
    """The inputs in their seeded order; every pass over them reads the texts again."""

    def __init__(
        self,
        index: sqlite3.Connection,
        source: Path,
        column: str | None,
        *,
        own_system: bool = True,
    ) -> None:
        self._index = index
        self._source = source
        self._column = column
        self._own_system = own_system
        self.repeated = 0  # equal texts left out
        self.empty = 0
        self.key = ""  # the same for the same seed and texts

    def __len__(self) -> int:
        return int(self._index.execute("SELECT count(*) FROM inputs").fetchone()[0])

    def __iter__(self) -> Iterator[Input]:
        query = "SELECT name, path, start, length FROM inputs ORDER BY place"
        for name, path, start, length in self._index.execute(query):
            found = Found(name, Path(os.fsdecode(path)), start, length)
            yield Input(name, self._conversation(found))

    def _conversation(self, found: Found) -> tuple[Message, ...]:
        messages = parsed(found, self._column)
        return tuple(m for m in messages if self._own_system or m.role != "system")

    def gather(self, seed: int) -> None:
        """Read everything once. Raises InputError naming the place that cannot be used."""
        every = hashlib.sha256(str(seed).encode())
        for found in spots(self._source):
            text = [[m.role, normalise(m.content)] for m in self._conversation(found)]
            if not text[-1][1]:
                self.empty += 1
                continue
            place = bytes.fromhex(digest([seed, text]))
            row = (place, found.name, os.fsencode(found.path), found.start, found.length)
            added = self._index.execute("INSERT OR IGNORE INTO inputs VALUES (?, ?, ?, ?, ?)", row)
            self.repeated += 1 - added.rowcount
        for (place,) in self._index.execute("SELECT place FROM inputs ORDER BY place"):
            every.update(place)
        self.key = every.hexdigest()[:32]


@contextmanager
def inputs(
    source: Path, *, seed: int, column: str | None = None, own_system: bool = True
) -> Iterator[Inputs]:
    """The inputs of a folder of text files, or of a .txt, .jsonl, .csv or .tsv file.

    Without `own_system` the conversations lose their system messages, for another one will be put
    in their place: what differs in nothing else is one input. Raises InputError when there are none, or when one cannot be read.
    """
    with closing(sqlite3.connect("")) as index:  # "" is a temporary database of SQLite's own
        found = Inputs(index, source, column, own_system=own_system)
        try:
            index.execute(INDEX)
            found.gather(seed)
        except sqlite3.Error as error:
            raise InputError(
                f"the list of inputs cannot be kept: {error}; set TMPDIR to a folder with room"
            ) from None
        if not len(found):
            raise InputError(f"{source} holds no text; give a folder of text files or a file")
        yield found
