"""All rows of the inputs on disk as they were read, so that slow formats are read only once.

An unnamed temporary file, as large as the inputs. Written by the first pass, read by all later ones.
"""

import marshal
import tempfile
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


class Draft:
    """Rows that can be read again and again, in order."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close
        self._ends: list[tuple[int, int]] = []  # (index of the first row, where it is in the file)
        self.places = Spill(np.int64)
        self.rows = 0

    def fill(self, inputs: Inputs, advance: Callable[[int], None] | None) -> Iterator[Batch]:
        """Read the inputs, batch by batch, and keep what was read."""
        for records in inputs.batches(advance):
            start = self.rows
            self._ends.append((start, self._file.tell()))
            marshal.dump([tuple(record) for record in records], self._file)
            places = [record.source * SOURCE + record.row for record in records]
            self.places.add(np.array(places, np.int64))
            self.rows += len(records)
            yield Batch(start, records)

    def batches(self) -> Iterator[Batch]:
        """The same batches again."""
        self._file.flush()
        for start, at in self._ends:
            yield Batch(start, self._read(at))

    def texts(self, wanted: set[int]) -> Iterator[tuple[int, Record]]:
        """(index, record) of some rows, in order."""
        ordered = sorted(wanted)
        starts = [start for start, _ in self._ends]
        position = 0
        for number, (start, at) in enumerate(self._ends):
            end = starts[number + 1] if number + 1 < len(starts) else self.rows
            if position < len(ordered) and ordered[position] < end:
                records = self._read(at)
                while position < len(ordered) and ordered[position] < end:
                    yield ordered[position], records[ordered[position] - start]
                    position += 1

    def _read(self, at: int) -> list[Record]:
        self._file.seek(at)
        rows: list[Any] = marshal.load(self._file)  # noqa: S302 - our own unnamed file
        self._file.seek(0, 2)
        return [Record(*row) for row in rows]

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()
        self.places.close()
