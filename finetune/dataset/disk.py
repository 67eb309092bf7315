"""Writes to DATA_DIR that are whole or not there, and still there after a power cut.

Used by snapshots; `data_dir_problems` tells `bot doctor`, /readyz and App Home whether they could.
"""

import os
import tempfile
import uuid
from contextlib import suppress
from pathlib import Path
from typing import IO

from finetune.errors import DiskUnavailable


def put(target: Path, data: bytes) -> None:
    """Write or replace one file. DiskUnavailable when the disk refuses; then nothing has changed."""
    draft = target.with_name(f".{target.name}-{uuid.uuid4().hex}")  # several threads may write it
    try:
        try:
            write_through(draft, data)
            draft.replace(target)
            sync(target.parent)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise unwritable(target, error) from error


def write_through(path: Path, data: bytes) -> None:
    """Onto the disk, not only into its cache."""
    with path.open("wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync(folder: Path) -> None:
    """The names in it too: what the database says next must be true after a power cut."""
    known = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(known)
    finally:
        os.close(known)


def discard(file: IO[bytes]) -> None:
    """Close a temporary file. What a full disk does not take of it is not wanted any more."""
    with suppress(OSError):  # it is closed then, too
        file.close()


def unwritable(path: Path, error: OSError) -> DiskUnavailable:
    """One line about a file that cannot be written now."""
    return DiskUnavailable(
        f"cannot write {path} ({error.strerror}): make room in DATA_DIR, or let the bot write there; "
        "what waits for it goes on by itself then"
    )


def data_dir_problems(folder: Path) -> list[str]:
    """Why no snapshot could be written to DATA_DIR now; empty where one could. Blocks for moments."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder) as file:
            file.write(b"." * 65_536)
            file.flush()
    except OSError as error:
        problem = (
            f"DATA_DIR ({folder}) cannot be written ({error.strerror}): make room, or let the bot "
            "write there; no run starts and nobody is forgotten until then"
        )
        return [problem]
    return []
