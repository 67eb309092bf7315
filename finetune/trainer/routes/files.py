"""`/v1/files`: training files in, result files out."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import StreamingResponse

from finetune.trainer.services import Owner, Parts
from finetune.trainer.wire.file_request import (
    checked_content,
    file_name,
    refuse_purpose,
    seconds_of,
)
from finetune.trainer.wire.pages import page

router = APIRouter()
_CHUNK = 1024 * 1024


@router.post("/files")
def create(
    parts: Parts,
    owner: Owner,
    file: Annotated[UploadFile, File()],
    purpose: Annotated[str, Form()],
    anchor: Annotated[str | None, Form(alias="expires_after[anchor]")] = None,
    seconds: Annotated[str | None, Form(alias="expires_after[seconds]")] = None,
) -> dict[str, Any]:
    """Keep an uploaded file. Its rows are checked when a job uses it."""
    refuse_purpose(purpose)
    lasts = seconds_of(anchor, seconds)
    content = checked_content(iter(lambda: file.file.read(_CHUNK), b""))
    stored = parts.files.receive(owner, file_name(file.filename), purpose, content, seconds=lasts)
    return stored.wire()


@router.get("/files")
def list_files(
    parts: Parts,
    owner: Owner,
    purpose: str | None = None,
    after: str | None = None,
    limit: Annotated[int, Query(ge=0, le=10_000)] = 10_000,
    order: Literal["asc", "desc"] = "desc",
) -> dict[str, Any]:
    files = parts.files.list(owner, purpose, newest_first=order == "desc")
    found = page(
        files,
        item_id=lambda file: file.file_id,
        wire=lambda file: file.wire(),
        after=after,
        limit=limit,
    )
    # In the published document these two are never null in a list of files.
    return found | {name: found[name] or "" for name in ("first_id", "last_id")}


@router.get("/files/{file_id}")
def retrieve(parts: Parts, owner: Owner, file_id: str) -> dict[str, Any]:
    return parts.files.get(owner, file_id).wire()


@router.get("/files/{file_id}/content")
def content(parts: Parts, owner: Owner, file_id: str) -> StreamingResponse:
    return StreamingResponse(
        parts.files.content(owner, file_id), media_type="application/octet-stream"
    )


@router.delete("/files/{file_id}")
def delete(parts: Parts, owner: Owner, file_id: str) -> dict[str, Any]:
    parts.files.delete(owner, file_id)
    return {"id": file_id, "object": "file", "deleted": True}
