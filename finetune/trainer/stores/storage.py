"""Files and folders under one address: DATA_DIR/trainer, or wherever fsspec reaches (s3://, gs://).

Names are relative and use slashes (`files/file-1`, `models/ftjob-1`). Engines want local paths: for
`file://` a folder is where it is, otherwise `folder` fetches a copy into the cache. What the
database keeps are names, so the whole can be moved.

A reader sees a whole file or folder or none: on this machine by renaming, elsewhere because an
object store keeps an object only when all of it has come, and by `published.py` for folders.
"""

import contextlib
import secrets
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from finetune.errors import InputError
from finetune.trainer.stores.files import remove_directory, write_bytes, write_chunks
from finetune.trainer.stores.published import Published

_CHUNK = 1024 * 1024
_GOOD = "A good value: TRAINER_STORAGE=s3://bucket/trainer"


class StorageFailed(OSError):
    """Raised when the storage cannot be reached or says no; what it said in one line."""


def open_storage(url: str | Path, cache: Path) -> "Storage":
    """The storage behind TRAINER_STORAGE, tried out. Raises InputError with what is missing.

    A Path is a folder of our own, which needs no trying: its disk may be full just now.
    """
    if isinstance(url, Path):
        return Storage(str(url), cache)
    if "://" not in url and not Path(url).is_absolute():
        raise InputError(f"TRAINER_STORAGE={url}: neither an address nor an absolute path. {_GOOD}")
    try:
        storage = Storage(url, cache)
        storage.try_out()
    except ImportError as error:
        raise InputError(f"TRAINER_STORAGE={url}: {_line(error)}") from None
    except (OSError, ValueError) as error:
        raise InputError(f"TRAINER_STORAGE={url}: {_line(error)}. {_GOOD}") from None
    return storage


class Storage:
    """One place. Raises FileNotFoundError, and other OSErrors when it cannot be reached."""

    def __init__(self, url: str, cache: Path) -> None:
        self._files, self._root = fsspec.core.url_to_fs(url)
        self._root = self._root.rstrip("/")
        self._folders = Published(self._files)
        self._cache = cache
        self.url = url

    @property
    def is_local(self) -> bool:
        """Whether names are paths on this machine."""
        return isinstance(self._files, LocalFileSystem)

    def try_out(self) -> None:
        """Write, read and remove a small file. Raises OSError with the reason."""
        name, content = f".tried-{secrets.token_hex(6)}", b"The trainer can write here."
        self.write(name, content)
        if self.read(name) != content:
            raise StorageFailed("what is written is not what is read")
        self.remove(name)

    def read(self, name: str) -> bytes:
        """The content of a file. Raises FileNotFoundError."""
        at = self._at(name)
        with _translated():
            content: bytes = self._files.cat_file(at)
        return content

    def write(self, name: str, content: bytes) -> None:
        """Replace a file by `content` in one step."""
        at = self._at(name)
        if self.is_local:
            write_bytes(Path(at), content)
            return
        with _translated():
            self._files.pipe_file(at, content)

    def write_chunks(self, name: str, chunks: Iterable[bytes]) -> None:
        """Replace a file by what comes, in one step and never all of it in memory."""
        at = self._at(name)
        if self.is_local:
            write_chunks(Path(at), chunks)
            return
        coming = self._cache / f".new-{secrets.token_hex(6)}"
        try:
            write_chunks(coming, chunks)
            with _translated():
                self._files.put_file(str(coming), at)
        finally:
            coming.unlink(missing_ok=True)

    def chunks(self, name: str) -> Iterator[bytes]:
        """The content of a file, in parts. Raises FileNotFoundError at once."""
        at = self._at(name)
        with _translated():
            self._files.invalidate_cache()
            file = self._files.open(at, "rb")
        return _chunks(file)

    def exists(self, name: str) -> bool:
        """Whether there is such a file or folder, whole."""
        at = self._at(name)
        with _translated():
            self._files.invalidate_cache()
            try:
                self._files.info(at)  # its own `exists` says no when it cannot tell
            except FileNotFoundError:
                return False
        return True

    def names(self, folder: str) -> list[str]:
        """What lies whole directly in a folder, sorted, without the folder's own name."""
        at = self._at(folder)
        with _translated():
            self._files.invalidate_cache()
            try:
                found = self._files.ls(at, detail=False)
            except (FileNotFoundError, NotADirectoryError):
                return []
        known = (PurePosixPath(path).name for path in found if path.rstrip("/") != at)
        return sorted(name for name in known if not name.startswith("."))

    def remove(self, name: str) -> None:
        """Remove a file or a whole folder, its local copy too; nothing when it is not there."""
        at = self._at(name)
        if self.is_local:
            path = Path(at)
            remove_directory(path) if path.is_dir() else path.unlink(missing_ok=True)
            return
        with _translated():
            self._files.invalidate_cache()
            if self._files.isdir(at):
                self._files.rm(at, recursive=True)
                shutil.rmtree(self._cache / name, ignore_errors=True)
            else:
                self._folders.drop(at, self._cache / name)

    def folder(self, name: str) -> Path:
        """The folder as a local path, fetched when it is elsewhere. Raises FileNotFoundError."""
        at = self._at(name)
        if self.is_local:
            if not Path(at).is_dir():
                raise FileNotFoundError(name)
            return Path(at)
        with _translated():
            self._folders.get(at, self._cache / name)
        return self._cache / name

    def room(self, name: str) -> Path:
        """Where to make a folder that `publish` then keeps under `name`."""
        at = self._at(name)
        return Path(at) if self.is_local else self._cache / name

    def publish(self, name: str) -> None:
        """Keep the folder made in `room(name)`; doing it again replaces it."""
        at = self._at(name)
        if not (made := self.room(name)).is_dir():
            raise FileNotFoundError(name)
        if not self.is_local:
            with _translated():
                self._folders.put(at, made)

    def for_arrow(self, name: str) -> tuple[str, Any]:
        """The same place as libraries on pyarrow take it: a path and a file system."""
        from pyarrow.fs import FSSpecHandler, PyFileSystem

        return self._at(name), PyFileSystem(FSSpecHandler(self._files))

    def _at(self, name: str) -> str:
        if not name or any(part in {"", ".", ".."} for part in name.split("/")):
            raise ValueError(f"{name!r} is no name in the storage")
        return f"{self._root}/{name}"


def _chunks(file: Any) -> Iterator[bytes]:
    with file, _translated():
        while chunk := file.read(_CHUNK):
            yield chunk


@contextlib.contextmanager
def _translated() -> Iterator[None]:
    """Every store has errors of its own; they become OSErrors."""
    try:
        yield
    except OSError:
        raise
    except Exception as error:
        raise StorageFailed(_line(error)) from error


def _line(error: Exception) -> str:
    """What the error says, in one line without the last full stop."""
    said = " ".join(str(error).split()) or type(error).__name__
    return said.rstrip(".")
