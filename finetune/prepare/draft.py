"""All rows of the inputs on disk as they were read, so that slow formats are read only once.

An unnamed temporary file, as large as the inputs. Written by the first pass, read by all later ones.
"""

import marshal
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np

from finetune.prepare.inputs import Inputs
from finetune.prepare.record import Record, Rows
from finetune.prepare.spill import Spill

BETWEEN = "\0"


class Batch(NamedTuple):
    """Some rows in order; `start` is the index of the first among all rows."""

    start: int
    rows: Rows


class _Part(NamedTuple):
    """Where a batch is: its rows' indexes, and its bytes in the file."""

    first: int
    rows: int
    at: int
    size: int


class Draft:
    """Rows that can be read again and again, in order."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close
        self._parts: list[_Part] = []
        self.places = Spill(np.int64)
        self.rows = 0

    def fill(self, inputs: Inputs, advance: Callable[[int], None] | None) -> Iterator[Batch]:
        """Read the inputs, batch by batch, and keep what was read."""
        at = 0
        for rows in inputs.rows(advance):
            start = self.rows
            size = self._file.write(_packed(rows))
            self._parts.append(_Part(start, len(rows), at, size))
            at += size
            self.places.add(rows.places)
            self.rows += len(rows)
            yield Batch(start, rows)

    def batches(self) -> Iterator[Batch]:
        """The same batches again."""
        for part in self._parts:
            yield Batch(part.first, self._read(part))

    def record(self, index: int) -> Record:
        """One row."""
        part = self._parts[bisect_right(self._parts, index, key=lambda part: part.first) - 1]
        return self._read(part).record(index - part.first)

    def _read(self, part: _Part) -> Rows:
        self._file.seek(part.at)
        texts, others = marshal.loads(self._file.read(part.size))  # noqa: S302 - our own file
        if isinstance(texts, str):
            texts = texts.split(BETWEEN)
        places = self.places.between(part.first, part.first + part.rows)
        return Rows(
            places.astype(np.int64, copy=False),
            texts[: part.rows],
            texts[part.rows :],
            {row: Record(*fields) for row, fields in others},
        )

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()
        self.places.close()


def _packed(rows: Rows) -> bytes:
    """One long text takes half as long as many."""
    texts: list[str] | str = rows.prompts + rows.completions
    whole = BETWEEN.join(texts)
    if whole.count(BETWEEN) == 2 * len(rows) - 1:
        texts = whole
    return marshal.dumps((texts, [(at, tuple(one)) for at, one in rows.others.items()]), 2)
