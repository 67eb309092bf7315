"""What a snapshot in the making knows of each row: kept in a file, read one column at a time."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from finetune.dataset.disk import discard
from finetune.dataset.groups import Spilling

PORTION = 10_000  # rows read at a time
# The fields of a `StoredRow` but its texts, after where its record ends.
_ROW = np.dtype(
    [
        ("end", np.int64),
        ("at", np.float64),
        ("thread", np.uint64),
        ("prompt", np.uint64),
        ("who", np.int64),
        ("identity", np.int64),
        ("tokens", np.int32),
        ("trained", np.bool_),
        ("correction", np.bool_),
        ("pair", np.bool_),
    ]
)
FIELDS = len(_ROW.names or ()) - 1  # that are the first ones of a `StoredRow`


class Columns(Spilling):
    """Takes rows in, in portions. OSError where the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in `close`
        self._rows = 0

    def close(self) -> None:
        """Free the disk."""
        discard(self._file)

    def add(self, rows: Sequence[tuple[object, ...]]) -> None:
        """Note more rows."""
        self._file.write(np.array(rows, _ROW).tobytes())
        self._rows += len(rows)

    def column(self, name: str) -> NDArray[Any]:
        """Of all rows, in the order in which they came."""
        found = np.empty(self._rows, _ROW[name])
        self._file.seek(0)
        for begin in range(0, self._rows, PORTION):
            some = np.frombuffer(self._file.read(PORTION * _ROW.itemsize), _ROW)
            found[begin : begin + PORTION] = some[name]
        return found
