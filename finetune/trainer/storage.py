"""Files and folders under one address: DATA_DIR/trainer, or wherever fsspec reaches (s3://, gs://).

Names are relative and use slashes (`files/file-1`, `models/ftjob-1`). Engines want local paths: for
`file://` a folder is where it is, otherwise `folder` fetches a copy into the cache. What the
database keeps are names, so the whole can be moved.
"""

import shutil
from pathlib import Path

import fsspec
from fsspec.implementations.local import LocalFileSystem

from finetune.trainer.files import new_directory, remove_directory, write_bytes


class Storage:
    """One place. Raises what fsspec raises, all of it OSError."""

    def __init__(self, url: str, cache: Path) -> None:
        self._files, self._root = fsspec.core.url_to_fs(url)
        self._root = self._root.rstrip("/")
        self._cache = cache
        self.url = url

    @property
    def is_local(self) -> bool:
        """Whether names are paths on this machine."""
        return isinstance(self._files, LocalFileSystem)

    def read(self, name: str) -> bytes:
        """The content of a file. Raises FileNotFoundError."""
        content: bytes = self._files.cat_file(self._at(name))
        return content

    def write(self, name: str, content: bytes) -> None:
        """Replace a file by `content` in one step."""
        if self.is_local:
            write_bytes(Path(self._at(name)), content)
        else:
            self._files.pipe_file(self._at(name), content)

    def exists(self, name: str) -> bool:
        """Whether there is such a file or folder."""
        return bool(self._files.exists(self._at(name)))

    def names(self, folder: str) -> list[str]:
        """What lies directly in a folder, sorted, without the folder's own name."""
        self._files.invalidate_cache()
        try:
            found = self._files.ls(self._at(folder), detail=False)
        except FileNotFoundError:
            return []
        return sorted(Path(name).name for name in found)

    def remove(self, name: str) -> None:
        """Remove a file or a whole folder, its local copy too; nothing when it is not there."""
        if self.is_local:
            path = Path(self._at(name))
            remove_directory(path) if path.is_dir() else path.unlink(missing_ok=True)
            return
        shutil.rmtree(self._cache / name, ignore_errors=True)
        if self._files.exists(self._at(name)):
            self._files.rm(self._at(name), recursive=True)

    def folder(self, name: str) -> Path:
        """The folder as a local path, fetched when it is elsewhere. Raises FileNotFoundError."""
        if self.is_local:
            return Path(self._at(name))
        copy = self._cache / name
        if not copy.exists():
            if not self.names(name):
                raise FileNotFoundError(name)
            with new_directory(copy) as filling:
                self._files.get(self._at(name) + "/", str(filling) + "/", recursive=True)
        return copy

    def room(self, name: str) -> Path:
        """Where to make a folder that `publish` then keeps under `name`."""
        return Path(self._at(name)) if self.is_local else self._cache / name

    def publish(self, name: str) -> None:
        """Keep the folder made in `room(name)`."""
        if not self.is_local:
            self._files.put(str(self._cache / name) + "/", self._at(name) + "/", recursive=True)

    def _at(self, name: str) -> str:
        return f"{self._root}/{name}"
