"""Examples as rows of the searchable copy, and how far that copy has followed its dataset.

Every change says what it began from: where another process has been quicker, nothing is written and
`Moved` is raised, so that no older state ever overwrites a newer one.
"""

import secrets
import sqlite3
from collections.abc import Collection, Mapping, Sequence
from hashlib import sha256
from typing import NamedTuple

import numpy as np

from finetune.adapters.search_index_facets import packed
from finetune.adapters.search_index_file import IndexFile
from finetune.dataset.agreement import opinions
from finetune.dataset.example import Example
from finetune.dataset.nearly import question_key
from finetune.dataset.search import channel_of, folded, searched
from finetune.dataset.sketch import sketched

LISTS = ("authors", "opinions")  # tables of what an example has several of
ROW = "INSERT INTO examples VALUES (?, ?, ?, ?, ?)"
SLIM = "UPDATE examples SET at=?, facet=?, channel=? WHERE row=?"


class Moved(Exception):
    """Raised when another process has changed the copy since one looked."""


class Known(NamedTuple):
    """What the copy has followed so far; an empty epoch: nothing yet. `reader`: this file's name."""

    epoch: str = ""
    reader: str = ""
    position: int = 0
    removed: int = 0
    total: int = 0
    owing: bool = False  # something was erased, and may still be in the write-ahead log


class Rows:
    """What is written to the copy; every method is one transaction."""

    def __init__(self, file: IndexFile) -> None:
        self._file = file

    def known(self) -> Known:
        """As it stands."""
        with self._file.reading() as connection:
            return _known(connection.sql)

    def empty(self, epoch: str) -> Known:
        """Begin with another database. Nothing of the old one is kept."""
        self._file.discard()
        known = Known(epoch, secrets.token_hex(8))
        with self._file.writing() as sql:
            return _note(sql, known)

    def put(
        self, since: Known, rows: Mapping[str, Example], gone: Collection[str], position: int
    ) -> Known:
        """These rows as they are now. Raises Moved."""
        made = [_Made(row) for row in rows.values()]
        keys = _sketches([row.question for row in made])
        with self._file.writing() as sql:
            before = _unmoved(sql, since)
            old = _there(sql, [*rows, *gone])
            erased = _drop(sql, [old[example_id] for example_id in gone if example_id in old])
            free = _free(sql)
            new: list[_New] = []
            for row, some in zip(made, keys, strict=True):
                there = old.get(row.example_id)
                if there is None:
                    new.append(_New(free + len(new), row, some))
                elif row.said != _said(sql, there):
                    erased |= _drop(sql, [there])
                    new.append(_New(free + len(new), row, some))
                else:
                    erased |= row.replace(sql, there)
            _insert(sql, new)
            return _note(sql, before._replace(position=position, owing=before.owing or erased))

    def missing(self, since: Known, ids: set[str], removed: int) -> tuple[Known, list[str]]:
        """Drop what is not among `ids`; which of these are not there. Raises Moved."""
        with self._file.writing() as sql:
            before = _unmoved(sql, since)
            mine = dict(sql.execute("SELECT example_id, row FROM examples"))
            erased = _drop(sql, [row for known, row in mine.items() if known not in ids])
            after = before._replace(removed=removed, owing=before.owing or erased)
            return _note(sql, after), sorted(ids - mine.keys())

    def settle(self, since: Known) -> None:
        """Leave nothing of what was erased in the log; later, where somebody still reads there."""
        if since.owing and self._file.empty_log():
            with self._file.writing() as sql:
                _note(sql, _known(sql)._replace(owing=False))
            self._file.empty_log()


class _Made:
    """An example as the columns hold it."""

    def __init__(self, example: Example) -> None:
        self.example = example
        self.example_id = example.example_id
        self.authors = sorted(set(example.authors))
        self.opinions = list(opinions(example))
        self.text = searched(example)
        self.question = folded(example.question)
        self.question_key = question_key(example.question)
        self.said = sha256(f"{self.text}\0{self.question}".encode()).hexdigest()
        self.channel = channel_of(example)

    def slim(self, channel: int) -> tuple[float, int, int]:
        return self.example.created_at, packed(self.example, channel), channel

    def replace(self, sql: sqlite3.Connection, row: int) -> bool:
        """Where it says the same as before: whether a name was erased by it."""
        names = {name for (name,) in sql.execute("SELECT author FROM authors WHERE row=?", (row,))}
        before = _channels(sql, [row])
        sql.execute(SLIM, (*self.slim(_channel(sql, self.channel)), row))
        erased = _left(sql, before)
        for table in LISTS:
            sql.execute(f"DELETE FROM {table} WHERE row=?", (row,))  # noqa: S608 - our own names
        _lists(sql, [(row, self)])
        return erased or not names <= set(self.authors)


class _New(NamedTuple):
    """A row that is not there yet; `keys`: its sketch."""

    row: int
    made: _Made
    keys: Sequence[int]


def _insert(sql: sqlite3.Connection, new: Sequence[_New]) -> None:
    """A table at a time, in the order of its keys: several times as fast as a row at a time."""
    channels = {name: _channel(sql, name) for name in {each.made.channel for each in new}}
    slim = [(row, made.example_id, *made.slim(channels[made.channel])) for row, made, _ in new]
    sql.executemany(ROW, slim)
    sql.executemany("INSERT INTO texts VALUES (?, ?)", [(row, made.text) for row, made, _ in new])
    asked = [
        (row, made.question, made.question_key, made.said, np.array(keys, np.int64).tobytes())
        for row, made, keys in new
    ]
    sql.executemany("INSERT INTO questions VALUES (?, ?, ?, ?, ?)", asked)
    sketches = sorted({(key, row) for row, _, keys in new for key in keys})
    sql.executemany("INSERT INTO sketches VALUES (?, ?)", sketches)
    _lists(sql, [(row, made) for row, made, _ in new])


def _lists(sql: sqlite3.Connection, of: Sequence[tuple[int, _Made]]) -> None:
    """What an example has several of."""
    authors = sorted((author, row) for row, made in of for author in made.authors)
    sql.executemany("INSERT INTO authors VALUES (?, ?)", authors)
    said = [(row, *opinion) for row, made in of for opinion in made.opinions]
    sql.executemany("INSERT INTO opinions VALUES (?, ?, ?, ?, ?, ?, ?)", said)


def _said(sql: sqlite3.Connection, row: int) -> str:
    [said] = sql.execute("SELECT said FROM questions WHERE row=?", (row,)).fetchone()
    return str(said)


def _drop(sql: sqlite3.Connection, rows: Sequence[int]) -> bool:
    channels = _channels(sql, rows)
    for row in rows:
        [blob] = sql.execute("SELECT keys FROM questions WHERE row=?", (row,)).fetchone()
        keys = set(np.frombuffer(blob, dtype=np.int64).tolist())
        sql.executemany("DELETE FROM sketches WHERE key=? AND row=?", [(key, row) for key in keys])
        for table in ("examples", "texts", "questions", *LISTS):
            sql.execute(f"DELETE FROM {table} WHERE row=?", (row,))  # noqa: S608 - our own names
    _left(sql, channels)
    return bool(rows)


def _channel(sql: sqlite3.Connection, name: str) -> int:
    """Its number; 0 for none."""
    if not name:
        return 0
    sql.execute("INSERT OR IGNORE INTO channels (name) VALUES (?)", (name,))
    [number] = sql.execute("SELECT channel FROM channels WHERE name=?", (name,)).fetchone()
    return int(number)


def _channels(sql: sqlite3.Connection, rows: Sequence[int]) -> set[int]:
    find = "SELECT channel FROM examples WHERE row=?"
    return {int(sql.execute(find, (row,)).fetchone()[0]) for row in rows}


def _left(sql: sqlite3.Connection, channels: Collection[int]) -> bool:
    """Take out those of which no example is left; whether there were any."""
    left = "DELETE FROM channels WHERE channel=?1"
    left += " AND NOT EXISTS (SELECT 1 FROM examples WHERE channel=?1)"
    return sum(sql.execute(left, (each,)).rowcount for each in channels) > 0


def _sketches(questions: Sequence[str]) -> list[list[int]]:
    """A few numbers of each; see `sketch`."""
    found: list[list[int]] = [[] for _ in questions]
    if questions:
        keys, owners = sketched(questions)
        for key, owner in zip(keys.view(np.int64).tolist(), owners.tolist(), strict=True):
            found[owner].append(key)
    return found


def _there(sql: sqlite3.Connection, ids: Sequence[str]) -> dict[str, int]:
    marks = ",".join("?" * len(ids))
    query = f"SELECT example_id, row FROM examples WHERE example_id IN ({marks})"  # noqa: S608
    return dict(sql.execute(query, list(ids)))


def _free(sql: sqlite3.Connection) -> int:
    [last] = sql.execute("SELECT max(row) FROM examples").fetchone()
    return int(last or 0) + 1


def _known(sql: sqlite3.Connection) -> Known:
    kept = dict(sql.execute("SELECT name, value FROM known"))
    [total] = sql.execute("SELECT count(*) FROM examples").fetchone()
    return Known(
        epoch=str(kept.get("epoch", "")),
        reader=str(kept.get("reader", "")),
        position=int(kept.get("position", 0)),
        removed=int(kept.get("removed", 0)),
        total=int(total),
        owing=bool(kept.get("owing", 0)),
    )


def _unmoved(sql: sqlite3.Connection, since: Known) -> Known:
    now = _known(sql)
    if now._replace(owing=False) != since._replace(owing=False):
        raise Moved
    return now


def _note(sql: sqlite3.Connection, known: Known) -> Known:
    kept = known._asdict()
    kept["owing"] = int(known.owing)
    names = ("epoch", "reader", "position", "removed", "owing")
    sql.executemany("INSERT OR REPLACE INTO known VALUES (?, ?)", [(n, kept[n]) for n in names])
    return _known(sql)
