"""Writing files and directories so that a kill at any moment leaves the old state or the new one."""

import contextlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any


def write_bytes(path: Path, content: bytes) -> None:
    """Replace `path` by `content` in one step."""
    write_chunks(path, (content,))


def write_chunks(path: Path, chunks: Iterable[bytes]) -> None:
    """Replace `path` by what comes, in one step; an error among it leaves `path` as it was."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=".new-")
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def write_json(path: Path, value: Any) -> None:
    """Replace `path` by `value` as readable JSON."""
    write_bytes(path, json.dumps(value, ensure_ascii=False, indent=1).encode())


def read_json(path: Path) -> Any:
    """The JSON value kept at `path`."""
    return json.loads(path.read_bytes())


@contextlib.contextmanager
def new_directory(path: Path) -> Iterator[Path]:
    """A directory to fill; it appears at `path` only when the block ends without an error."""
    path.parent.mkdir(parents=True, exist_ok=True)
    filling = Path(tempfile.mkdtemp(dir=path.parent, prefix=".new-"))
    try:
        filling.chmod(0o755)
        yield filling
        if path.exists():
            remove_directory(path)
        filling.replace(path)
    finally:
        shutil.rmtree(filling, ignore_errors=True)


def remove_directory(path: Path) -> None:
    """Make `path` disappear in one rename, then free the space."""
    if not path.exists():
        return
    away = Path(tempfile.mkdtemp(dir=path.parent, prefix=".old-"))
    path.replace(away / "gone")
    shutil.rmtree(away, ignore_errors=True)


def clear_leftovers(folder: Path) -> None:
    """Remove what a killed process left half written or half removed."""
    for pattern in (".new-*", ".old-*"):
        for path in folder.glob(pattern):
            if path.is_dir():
                shutil.rmtree(path, ignore_errors=True)
            else:
                path.unlink(missing_ok=True)
