"""Uploaded training files and result files: content in the storage's `files/`, the rest in the database.

A file belongs to the key that brought it; other keys cannot tell that it exists.
"""

import secrets
import time
from dataclasses import dataclass
from typing import Any

from finetune.trainer.database import Database
from finetune.trainer.errors import NotFoundHere
from finetune.trainer.storage import Storage

RESULTS = "fine-tune-results"
_FIELDS = "file_id, owner, created_at, filename, purpose, bytes"


@dataclass(frozen=True)
class StoredFile:
    """One file, without its content."""

    file_id: str
    owner: str
    created_at: int
    filename: str
    purpose: str
    bytes: int

    def wire(self) -> dict[str, Any]:
        """OpenAI's file object."""
        return {
            "id": self.file_id,
            "object": "file",
            "bytes": self.bytes,
            "created_at": self.created_at,
            "expires_at": None,
            "filename": self.filename,
            "purpose": self.purpose,
            "status": "processed",
            "status_details": None,
        }


class FileStore:
    """Files of all keys."""

    def __init__(self, database: Database, storage: Storage) -> None:
        self._database = database
        self._storage = storage

    def add(
        self, owner: str, filename: str, purpose: str, content: bytes, file_id: str | None = None
    ) -> StoredFile:
        """Keep a file; with a given `file_id`, adding it again changes nothing."""
        stored = StoredFile(
            file_id or f"file-{secrets.token_hex(12)}",
            owner,
            int(time.time()),
            filename,
            purpose,
            len(content),
        )
        self._storage.write(_name(stored.file_id), content)
        self._database.change(
            f"INSERT OR IGNORE INTO files ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant names
            *vars(stored).values(),
        )
        return stored

    def get(self, owner: str, file_id: str) -> StoredFile:
        """A file of this key. Raises NotFoundHere."""
        found = self._database.one(
            f"SELECT {_FIELDS} FROM files WHERE file_id = ? AND owner = ? AND NOT deleted",  # noqa: S608 - constant names
            file_id,
            owner,
        )
        if found is None:
            raise NotFoundHere(f"No such File object: {file_id}", param="id")
        return StoredFile(**found)

    def content(self, owner: str, file_id: str) -> bytes:
        """What is in a file of this key."""
        return self._storage.read(_name(self.get(owner, file_id).file_id))

    def list(self, owner: str, purpose: str | None, *, newest_first: bool) -> "list[StoredFile]":
        """All files of this key."""
        found = self._database.all(
            f"SELECT {_FIELDS} FROM files WHERE owner = ? AND NOT deleted ORDER BY rowid",  # noqa: S608 - constant names
            owner,
        )
        files = [StoredFile(**row) for row in found]
        files = [file for file in files if purpose in {None, file.purpose}]
        return files[::-1] if newest_first else files

    def delete(self, owner: str, file_id: str) -> None:
        """Remove a file; removing it again is no error."""
        known = self._database.change(
            "UPDATE files SET deleted = 1 WHERE file_id = ? AND owner = ?", file_id, owner
        )
        if not known:
            raise NotFoundHere(f"No such File object: {file_id}", param="id")
        self._storage.remove(_name(file_id))


def _name(file_id: str) -> str:
    return f"files/{file_id}"
