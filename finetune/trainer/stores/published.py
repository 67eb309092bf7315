"""Whole folders in a store that only knows single objects, such as S3.

A folder `models/m` is one small object of that name, its manifest, written last: it says which
version is meant and how long each of its files is. The files lie in `models/.content/m/VERSION/`.
So a reader meets all of a folder or nothing, whenever a writer is killed; publishing again is a new
version and one replaced manifest. Used by `storage.py` for everything that is not on this machine.
"""

import contextlib
import fcntl
import json
import secrets
import shutil
import time
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

_CONTENT = ".content"
_MARK = ".version"  # in a copy on this machine: which version it is
_ABANDONED = 24 * 3600  # seconds after which an upload that never got its manifest is removed
_TRIES = 3  # of a fetch, when the folder is published again meanwhile


class Published:
    """Folders of one fsspec file system."""

    def __init__(self, files: Any) -> None:
        self._files = files

    def put(self, at: str, made: Path) -> None:
        """Keep the folder `made` as `at`, instead of what was there."""
        version = f"{int(time.time()):x}-{secrets.token_hex(6)}"
        paths = sorted(path for path in made.rglob("*") if path.is_file() and path.name != _MARK)
        sizes = {path.relative_to(made).as_posix(): path.stat().st_size for path in paths}
        goals = [f"{_content(at)}/{version}/{name}" for name in sizes]
        if goals:
            self._files.put([str(path) for path in paths], goals)
        before = self._manifest(at)
        (made / _MARK).write_text(version)
        manifest = json.dumps({"version": version, "files": sizes}).encode()
        self._files.pipe_file(at, manifest)
        self._sweep(at, superseded=before["version"] if before else None)

    def get(self, at: str, copy: Path) -> None:
        """Bring `copy` to the published state of `at`. Raises FileNotFoundError."""
        for last in (False,) * (_TRIES - 1) + (True,):
            manifest = self._manifest(at)
            if manifest is None:
                raise FileNotFoundError(at)
            with _alone(copy):
                if _version(copy) == manifest["version"]:
                    return
                try:
                    self._fetch(at, manifest, copy)
                except FileNotFoundError:  # superseded and swept while we read it
                    if last:
                        raise
                else:
                    return

    def drop(self, at: str, copy: Path) -> None:
        """Remove `at`, a file or a folder, and its copy; the manifest first."""
        for path in (at, _content(at)):
            with contextlib.suppress(FileNotFoundError):  # or a killed predecessor came so far
                self._files.rm(path, recursive=path != at)
        if copy.exists():
            with _alone(copy):
                shutil.rmtree(copy, ignore_errors=True)

    def _fetch(self, at: str, manifest: dict[str, Any], copy: Path) -> None:
        filling = copy.parent / f".fetching-{copy.name}"  # one at a time, so a killed one's is ours
        shutil.rmtree(filling, ignore_errors=True)
        filling.mkdir()
        names = list(manifest["files"])
        for name in names:
            (filling / name).parent.mkdir(parents=True, exist_ok=True)
        if names:
            sources = [f"{_content(at)}/{manifest['version']}/{name}" for name in names]
            self._files.get(sources, [str(filling / name) for name in names])
        for name, size in manifest["files"].items():
            if (filling / name).stat().st_size != size:
                raise OSError(f"{at}/{name} came with another length than it was published with")
        (filling / _MARK).write_text(manifest["version"])
        shutil.rmtree(copy, ignore_errors=True)
        filling.replace(copy)

    def _manifest(self, at: str) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = json.loads(self._files.cat_file(at))
        except (FileNotFoundError, IsADirectoryError):
            return None
        return found

    def _sweep(self, at: str, superseded: str | None) -> None:
        """Remove the version before, and what killed writers left long ago.

        Never a young one: another writer may be in the middle of it.
        """
        self._files.invalidate_cache()
        try:
            versions = self._files.ls(_content(at), detail=False)
        except FileNotFoundError:  # only ever empty folders, and objects know none
            return
        for path in versions:
            version = PurePosixPath(path).name
            began = int(version.split("-")[0], 16)
            if version == superseded or began < time.time() - _ABANDONED:
                self._drop_unless_current(at, path, version)

    def _drop_unless_current(self, at: str, path: str, version: str) -> None:
        current = self._manifest(at)
        if current is None or current["version"] != version:
            with contextlib.suppress(FileNotFoundError):
                self._files.rm(path, recursive=True)


def _content(at: str) -> str:
    folder, _, name = at.rpartition("/")
    return f"{folder}/{_CONTENT}/{name}"


def _version(copy: Path) -> str | None:
    with contextlib.suppress(FileNotFoundError, NotADirectoryError):
        return (copy / _MARK).read_text()
    return None


@contextlib.contextmanager
def _alone(copy: Path) -> Iterator[None]:
    """One thread of one process of this machine at a time."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    with (copy.parent / f".lock-{copy.name}").open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
