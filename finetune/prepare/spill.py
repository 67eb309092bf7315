"""A column of numbers, one per row, kept on disk: what pass 1 leaves for pass 2.

An unnamed temporary file that is gone when it is closed, or when the process dies.
"""

import tempfile
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

CHUNK = 1 << 16  # numbers read back at once


class Spill:
    """Append numbers; read them back in the same order, or some of them by row."""

    def __init__(self, dtype: type[np.generic]) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed by close
        self._dtype = np.dtype(dtype)
        self._count = 0

    def add(self, numbers: NDArray[np.generic]) -> None:
        """Append."""
        self._file.write(numbers.astype(self._dtype, copy=False).tobytes())
        self._count += len(numbers)

    def chunks(self) -> Iterator[tuple[int, NDArray[np.generic]]]:
        """(index of the first, the numbers), all in order."""
        for start in range(0, self._count, CHUNK):
            yield start, self.between(start, min(start + CHUNK, self._count))

    def between(self, start: int, stop: int) -> NDArray[np.generic]:
        """The numbers of rows `start` to `stop` (exclusive)."""
        self._file.flush()
        self._file.seek(start * self._dtype.itemsize)
        raw = self._file.read((stop - start) * self._dtype.itemsize)
        self._file.seek(0, 2)
        return np.frombuffer(raw, self._dtype)

    def __len__(self) -> int:
        return self._count

    def close(self) -> None:
        """Give the disk back."""
        self._file.close()
