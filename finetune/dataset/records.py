"""What is written of the rows of a snapshot in the making, in a temporary file."""

import os
import tempfile
from pathlib import Path

from finetune.dataset.disk import discard
from finetune.dataset.groups import Spilling


class Records(Spilling):
    """Takes records one after the other, then gives any of them. OSError where the disk refuses."""

    def __init__(self, folder: Path) -> None:
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in `close`
        self._end = 0

    def close(self) -> None:
        """Free the disk."""
        discard(self._file)

    def add(self, record: bytes) -> int:
        """Where it ends, in bytes; it begins where the one before ended."""
        self._file.write(record)
        self._end += len(record)
        return self._end

    def flush(self) -> None:
        """Before any is read."""
        self._file.flush()

    def read(self, begin: int, end: int) -> bytes:
        """One of them."""
        return os.pread(self._file.fileno(), end - begin, begin)
