"""`/v1/uploads`: a file in parts, for what is too large or too slow for one request."""

from typing import Annotated, Any

from fastapi import APIRouter, File, UploadFile

from finetune.trainer.services import Owner, Parts
from finetune.trainer.wire.file_request import (
    CompleteRequest,
    UploadRequest,
    file_name,
    refuse_purpose,
)

router = APIRouter(prefix="/uploads")
_CHUNK = 1024 * 1024


@router.post("")
def create(parts: Parts, owner: Owner, request: UploadRequest) -> dict[str, Any]:
    refuse_purpose(request.purpose)
    seconds = request.expires_after.seconds if request.expires_after else None
    upload = parts.uploads.begin(
        *(owner, file_name(request.filename), request.purpose, request.bytes),
        *(request.mime_type, seconds),
    )
    return upload.wire()


@router.post("/{upload_id}/parts")
def add_part(
    parts: Parts, owner: Owner, upload_id: str, data: Annotated[UploadFile, File()]
) -> dict[str, Any]:
    upload = parts.uploads.get(owner, upload_id)
    return parts.uploads.add_part(upload, iter(lambda: data.file.read(_CHUNK), b"")).wire()


@router.post("/{upload_id}/complete")
def complete(
    parts: Parts, owner: Owner, upload_id: str, request: CompleteRequest
) -> dict[str, Any]:
    """Join the parts into a file; completing it again answers the same."""
    upload = parts.uploads.complete(owner, upload_id, request.part_ids, request.md5)
    return upload.wire(parts.uploads.file_of(upload))


@router.post("/{upload_id}/cancel")
def cancel(parts: Parts, owner: Owner, upload_id: str) -> dict[str, Any]:
    return parts.uploads.cancel(owner, upload_id).wire()
