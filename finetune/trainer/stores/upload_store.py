"""Files that come in parts: OpenAI's uploads. Parts lie in the storage's `uploads/<upload-id>/`.

An upload is open for an hour. Completing it joins the parts in the order that was asked for into a
file of the file store; whatever is repeated, or killed in the middle and repeated, ends the same.
"""

import hashlib
import secrets
import threading
import time
from collections.abc import Iterable, Iterator, Sequence

from finetune.trainer.body_limit import LARGEST_PART, MIB
from finetune.trainer.errors import BadRequest, NotFoundHere, TooMany
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.file_store import FileStore, StoredFile
from finetune.trainer.stores.storage import Storage
from finetune.trainer.stores.upload import Part, Upload

OPEN_FOR = 3600  # seconds; OpenAI's hour
LARGEST_UPLOAD = 1024 * MIB  # a training reads its rows into memory
_MOST_OPEN = 100  # of one key
_FIELDS = (
    "upload_id, owner, created_at, filename, purpose, bytes, mime_type, status, expires_at,"
    " file_seconds, file_id"
)


class UploadStore:
    """Uploads of all keys."""

    def __init__(self, database: Database, storage: Storage, files: FileStore) -> None:
        self._database = database
        self._storage = storage
        self._files = files
        self._ending = threading.RLock()  # one server has a database; its requests and sweeps race

    def begin(
        self,
        owner: str,
        filename: str,
        purpose: str,
        size: int,
        mime_type: str,
        seconds: int | None,
    ) -> Upload:
        """A new upload that waits for its parts. Raises TooMany."""
        open_ones = self._database.all(
            "SELECT 1 FROM uploads WHERE owner = ? AND status = 'pending' AND expires_at > ?",
            *(owner, int(time.time())),
        )
        if len(open_ones) >= _MOST_OPEN:
            raise TooMany(f"{_MOST_OPEN} of your uploads are open; complete or cancel one.")
        upload_id, now = f"upload_{secrets.token_hex(12)}", int(time.time())
        upload = Upload(
            *(upload_id, owner, now, filename, purpose, size, mime_type, "pending"),
            *(now + OPEN_FOR, seconds),
        )
        self._database.change(
            f"INSERT INTO uploads ({_FIELDS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608 - constant names
            *vars(upload).values(),
        )
        return upload

    def get(self, owner: str, upload_id: str) -> Upload:
        """An upload of this key. Raises NotFoundHere."""
        found = self._database.one(
            f"SELECT {_FIELDS} FROM uploads WHERE upload_id = ? AND owner = ?",  # noqa: S608 - constant names
            *(upload_id, owner),
        )
        if found is None:
            raise NotFoundHere(f"No such Upload object: {upload_id}", param="upload_id")
        upload = Upload(**found)
        if upload.status == "pending" and upload.expires_at <= time.time():
            with self._ending:
                self._end(upload, "expired")
            return self.get(owner, upload_id)
        return upload

    def file_of(self, upload: Upload) -> StoredFile | None:
        """What the upload became, unless that was deleted."""
        return self._files.find(upload.owner, upload.file_id) if upload.file_id else None

    def add_part(self, upload: Upload, chunks: Iterable[bytes]) -> Part:
        """Keep a part. Raises BadRequest when the upload is closed or more came than was promised."""
        _refuse_closed(upload)
        part_id = f"part_{secrets.token_hex(12)}"
        room = min(2 * upload.bytes - sum(part.bytes for part in self._parts(upload)), LARGEST_PART)
        size = _Counted(chunks, room)
        try:
            self._storage.write_chunks(_part(upload.upload_id, part_id), size)
        except FileNotFoundError:  # its folder was removed: the upload ended while the part came
            _refuse_closed(self.get(upload.owner, upload.upload_id))
            raise
        part = Part(part_id, upload.upload_id, int(time.time()), size.bytes)
        kept = self._database.change(
            "INSERT INTO parts (part_id, upload_id, created_at, bytes) SELECT ?, ?, ?, ?"
            " FROM uploads WHERE upload_id = ? AND status = 'pending'",
            *vars(part).values(),
            upload.upload_id,
        )
        if not kept:  # ended while the part came
            self._storage.remove(_folder(upload.upload_id))
            _refuse_closed(self.get(upload.owner, upload.upload_id))
        return part

    def complete(
        self, owner: str, upload_id: str, part_ids: Sequence[str], md5: str | None
    ) -> Upload:
        """Join the parts. Raises BadRequest when they are not what was promised."""
        with self._ending:
            upload = self.get(owner, upload_id)
            if upload.status != "completed":
                _refuse_closed(upload)
                self._join(upload, self._chosen(upload, part_ids), md5)
        return self.get(owner, upload_id)

    def cancel(self, owner: str, upload_id: str) -> Upload:
        """Close the upload and forget its parts; one that has ended otherwise stays as it is.

        Raises BadRequest when it is completed.
        """
        with self._ending:
            upload = self.get(owner, upload_id)
            if upload.status == "completed":
                raise BadRequest("The upload is completed; delete its file instead.")
            if upload.status == "pending":
                self._end(upload, "cancelled")
        return self.get(owner, upload_id)

    def sweep(self) -> None:
        """Close what has expired, and free the room of all that is closed."""
        for row in self._database.all(
            "SELECT upload_id, owner FROM uploads WHERE status = 'pending' AND expires_at <= ?",
            int(time.time()),
        ):
            self.get(row["owner"], row["upload_id"])
        for upload_id in self._storage.names("uploads"):
            found = self._database.one("SELECT status FROM uploads WHERE upload_id = ?", upload_id)
            if found and found["status"] != "pending":
                self._storage.remove(_folder(upload_id))

    def _parts(self, upload: Upload) -> list[Part]:
        found = self._database.all("SELECT * FROM parts WHERE upload_id = ?", upload.upload_id)
        return [Part(**row) for row in found]

    def _chosen(self, upload: Upload, part_ids: Sequence[str]) -> list[Part]:
        known = {part.part_id: part for part in self._parts(upload)}
        if missing := [part_id for part_id in part_ids if part_id not in known]:
            raise BadRequest(f"No such part of this upload: {missing[0]}", param="part_ids")
        if len(set(part_ids)) < len(part_ids):
            raise BadRequest("A part is named twice.", param="part_ids")
        parts = [known[part_id] for part_id in part_ids]
        if (size := sum(part.bytes for part in parts)) != upload.bytes:
            raise BadRequest(
                f"The parts have {size} bytes; the upload was to have {upload.bytes}.",
                param="part_ids",
            )
        return parts

    def _join(self, upload: Upload, parts: Sequence[Part], md5: str | None) -> None:
        file_id = f"file-{upload.upload_id.removeprefix('upload_')}"  # the same after a kill
        stored = self._files.receive(
            *(upload.owner, upload.filename, upload.purpose, self._checked(parts, md5)),
            file_id=file_id,
            seconds=upload.file_seconds,
        )
        self._end(upload, "completed", stored.file_id)

    def _checked(self, parts: Sequence[Part], md5: str | None) -> Iterator[bytes]:
        seen = hashlib.md5(usedforsecurity=False)
        for part in parts:
            for chunk in self._storage.chunks(_part(part.upload_id, part.part_id)):
                seen.update(chunk)
                yield chunk
        if md5 is not None and md5.lower() != seen.hexdigest():
            raise BadRequest(f"The MD5 of the parts is {seen.hexdigest()}.", param="md5")

    def _end(self, upload: Upload, status: str, file_id: str | None = None) -> None:
        self._database.change(
            "UPDATE uploads SET status = ?, file_id = ? WHERE upload_id = ? AND status = 'pending'",
            *(status, file_id, upload.upload_id),
        )
        self._storage.remove(_folder(upload.upload_id))


class _Counted:
    """Counts what passes, and refuses more than `room` bytes."""

    def __init__(self, chunks: Iterable[bytes], room: int) -> None:
        self._chunks, self._room = chunks, room
        self.bytes = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.bytes += len(chunk)
            if self.bytes > self._room:
                raise BadRequest("More has come than the upload was to have.", param="data")
            yield chunk


def _refuse_closed(upload: Upload) -> None:
    if upload.status != "pending":
        raise BadRequest(f"The upload is {upload.status}.", code="upload_closed")


def _folder(upload_id: str) -> str:
    return f"uploads/{upload_id}"


def _part(upload_id: str, part_id: str) -> str:
    return f"{_folder(upload_id)}/{part_id}"
