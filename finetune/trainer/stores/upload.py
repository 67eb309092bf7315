"""An upload and its parts, as values and as OpenAI's documents. Kept by `upload_store.py`."""

from dataclasses import dataclass
from typing import Any

from finetune.trainer.stores.file_store import StoredFile


@dataclass(frozen=True)
class Upload:
    """One upload. `bytes` is what was promised; the file lasts `file_seconds`, None: until deleted."""

    upload_id: str
    owner: str
    created_at: int
    filename: str
    purpose: str
    bytes: int
    mime_type: str
    status: str
    expires_at: int
    file_seconds: int | None = None
    file_id: str | None = None

    def wire(self, file: StoredFile | None = None) -> dict[str, Any]:
        """OpenAI's upload object; `file` once it is completed."""
        document = {
            "id": self.upload_id,
            "object": "upload",
            "bytes": self.bytes,
            "created_at": self.created_at,
            "expires_at": self.expires_at,
            "filename": self.filename,
            "purpose": self.purpose,
            "status": self.status,
        }
        return document if file is None else document | {"file": file.wire()}


@dataclass(frozen=True)
class Part:
    """A part that has come."""

    part_id: str
    upload_id: str
    created_at: int
    bytes: int

    def wire(self) -> dict[str, Any]:
        """OpenAI's part object."""
        return {
            "id": self.part_id,
            "object": "upload.part",
            "created_at": self.created_at,
            "upload_id": self.upload_id,
        }
