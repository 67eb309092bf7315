"""Uploaded training files and result files: content in the storage's `files/`, the rest in the database.

A file belongs to the key that brought it; other keys cannot tell that it exists. A file past its
`expires_at` is gone at once; `sweep` then frees its room.
"""

import contextlib
import secrets
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from finetune.trainer.errors import NotFoundHere
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.storage import Storage

FINE_TUNE = "fine-tune"
RESULTS = "fine-tune-results"
# The column `deleted`: 0 while a file is there; its content may still be there when it is leaving.
_GONE, _LEAVING, _COMING = 1, 2, 3
_FIELDS = "file_id, owner, created_at, filename, purpose, bytes, expires_at"
_VISIBLE = "owner = ? AND NOT deleted AND (expires_at IS NULL OR expires_at > ?)"


@dataclass(frozen=True)
class StoredFile:
    """One file, without its content. Times in unix seconds."""

    file_id: str
    owner: str
    created_at: int
    filename: str
    purpose: str
    bytes: int
    expires_at: int | None = None

    def wire(self) -> dict[str, Any]:
        """OpenAI's file object; in the published document `expires_at` is a number or absent."""
        document = {
            "id": self.file_id,
            "object": "file",
            "bytes": self.bytes,
            "created_at": self.created_at,
            "filename": self.filename,
            "purpose": self.purpose,
            "status": "processed",
        }
        return document if self.expires_at is None else document | {"expires_at": self.expires_at}


class FileStore:
    """Files of all keys."""

    def __init__(self, database: Database, storage: Storage) -> None:
        self._database = database
        self._storage = storage

    def add(
        self, owner: str, filename: str, purpose: str, content: bytes, file_id: str | None = None
    ) -> StoredFile:
        """Keep a file; with a given `file_id`, adding it again changes nothing."""
        return self.receive(owner, filename, purpose, (content,), file_id=file_id)

    def receive(
        self,
        owner: str,
        filename: str,
        purpose: str,
        chunks: Iterable[bytes],
        *,
        file_id: str | None = None,
        seconds: int | None = None,
    ) -> StoredFile:
        """Keep a file as it comes, for so many seconds; an error among the chunks keeps nothing."""
        file_id, now = file_id or f"file-{secrets.token_hex(12)}", int(time.time())
        expires_at = None if seconds is None else now + seconds
        coming = StoredFile(file_id, owner, now, filename, purpose, 0, expires_at)
        self._database.change(
            f"INSERT OR IGNORE INTO files ({_FIELDS}, deleted) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant names
            *(*vars(coming).values(), _COMING),
        )
        size = _Size()
        try:
            self._storage.write_chunks(_name(file_id), size.counted(chunks))
        except BaseException:
            self._forget_coming(file_id)
            raise
        self._database.change(
            "UPDATE files SET bytes = ?, deleted = 0 WHERE file_id = ? AND deleted = ?",
            *(size.bytes, file_id, _COMING),
        )
        return replace(coming, bytes=size.bytes)

    def find(self, owner: str, file_id: str) -> StoredFile | None:
        """A file of this key, or None."""
        found = self._database.one(
            f"SELECT {_FIELDS} FROM files WHERE file_id = ? AND {_VISIBLE}",  # noqa: S608 - constant names
            *(file_id, owner, int(time.time())),
        )
        return StoredFile(**found) if found else None

    def get(self, owner: str, file_id: str) -> StoredFile:
        """A file of this key. Raises NotFoundHere."""
        found = self.find(owner, file_id)
        if found is None:
            raise _unknown(file_id)
        return found

    def content(self, owner: str, file_id: str) -> Iterator[bytes]:
        """What is in a file of this key, in parts. Raises NotFoundHere."""
        try:
            return self._storage.chunks(_name(self.get(owner, file_id).file_id))
        except FileNotFoundError:  # deleted meanwhile
            raise _unknown(file_id) from None

    def list(self, owner: str, purpose: str | None, *, newest_first: bool) -> "list[StoredFile]":
        """All files of this key."""
        found = self._database.all(
            f"SELECT {_FIELDS} FROM files WHERE {_VISIBLE} ORDER BY rowid",  # noqa: S608 - constant names
            *(owner, int(time.time())),
        )
        files = [StoredFile(**row) for row in found]
        files = [file for file in files if purpose in {None, file.purpose}]
        return files[::-1] if newest_first else files

    def delete(self, owner: str, file_id: str) -> None:
        """Remove a file; removing it again is no error."""
        known = self._database.change(
            "UPDATE files SET deleted = ? WHERE file_id = ? AND owner = ? AND deleted != ?",
            *(_LEAVING, file_id, owner, _COMING),
        )
        if not known:
            raise _unknown(file_id)
        self._remove(file_id)

    def clear_torn(self) -> None:
        """What a killed server was about to take in or to delete. Before requests come."""
        for row in self._database.all("SELECT file_id, deleted FROM files WHERE deleted > 1"):
            with contextlib.suppress(OSError):  # nobody sees it, and the next start tries again
                self._remove(row["file_id"])
                self._forget_coming(row["file_id"])

    def sweep(self) -> None:
        """Free the room of expired files; killed in the middle, the next sweep goes on."""
        expired = self._database.all(
            "SELECT file_id FROM files WHERE NOT deleted AND expires_at <= ?", int(time.time())
        )
        for row in expired:
            self._remove(row["file_id"])

    def _remove(self, file_id: str) -> None:
        self._storage.remove(_name(file_id))
        self._database.change(
            "UPDATE files SET deleted = ? WHERE file_id = ? AND deleted != ?",
            *(_GONE, file_id, _COMING),
        )

    def _forget_coming(self, file_id: str) -> None:
        self._database.change(
            "DELETE FROM files WHERE file_id = ? AND deleted = ?", file_id, _COMING
        )


class _Size:
    """Counts what passes."""

    def __init__(self) -> None:
        self.bytes = 0

    def counted(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        for chunk in chunks:
            self.bytes += len(chunk)
            yield chunk


def _unknown(file_id: str) -> NotFoundHere:
    return NotFoundHere(f"No such File object: {file_id}", param="id")


def _name(file_id: str) -> str:
    return f"files/{file_id}"
