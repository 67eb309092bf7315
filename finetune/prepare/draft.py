"""All rows of the inputs on disk as they were read, so that slow formats are read only once.

An unnamed temporary file, as large as the inputs. Written by the first pass, read by all later ones.
"""

import marshal
import tempfile
from bisect import bisect_right
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from finetune.prepare.inputs import Inputs
from finetune.prepare.record import Record
from finetune.prepare.spill import Spill

SOURCE = 1 << 40  # rows of one input at most; source and row share a number


class Batch(NamedTuple):
    """Some rows in order; `start` is the index of the first among all rows."""

    start: int
    records: list[Record]


class _Part(NamedTuple):
    """Where a batch is: its first row's index, and its bytes in the file."""

    first: int
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
        for records in inputs.batches(advance):
            start = self.rows
            size = self._file.write(marshal.dumps([tuple(record) for record in records], 2))
            self._parts.append(_Part(start, at, size))
            at += size
            places = [record.source * SOURCE + record.row for record in records]
            self.places.add(np.array(places, np.int64))
            self.rows += len(records)
            yield Batch(start, records)

    def batches(self) -> Iterator[Batch]:
        """The same batches again."""
        for part in self._parts:
            yield Batch(part.first, self._read(part))

    def record(self, index: int) -> Record:
        """One row."""
        part = self._parts[bisect_right(self._parts, index, key=lambda part: part.first) - 1]
        return self._read(part)[index - part.first]

    def _read(self, part: _Part) -> list[Record]:
        self._file.seek(part.at)
        rows: list[Any] = marshal.loads(self._file.read(part.size))  # noqa: S302 - our own file
        return [Record(*row) for row in rows]

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()
        self.places.close()
