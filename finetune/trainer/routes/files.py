"""`/v1/files`: training files in, result files out."""

from typing import Annotated, Any, Literal

from fastapi import APIRouter, File, Form, Query, UploadFile
from fastapi.responses import Response

from finetune.trainer.body_limit import LARGEST_FILE, MIB
from finetune.trainer.errors import BadRequest
from finetune.trainer.pages import page
from finetune.trainer.services import Owner, Parts

router = APIRouter()
_FINE_TUNE = "fine-tune"


@router.post("/files")
def create(
    parts: Parts,
    owner: Owner,
    file: Annotated[UploadFile, File()],
    purpose: Annotated[str, Form()],
) -> dict[str, Any]:
    """Keep an uploaded file. Its rows are checked when a job uses it."""
    if purpose != _FINE_TUNE:
        raise BadRequest(f"'{purpose}' is not one of ['{_FINE_TUNE}'] - 'purpose'", param="purpose")
    content = file.file.read(LARGEST_FILE + 1)
    if not content.strip():
        raise BadRequest("The file is empty.", param="file")
    if len(content) > LARGEST_FILE:
        raise BadRequest(f"The file is larger than {LARGEST_FILE // MIB} MiB.", param="file")
    return parts.files.add(owner, file.filename or "upload.jsonl", purpose, content).wire()


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
    return page(
        files,
        item_id=lambda file: file.file_id,
        wire=lambda file: file.wire(),
        after=after,
        limit=limit,
    )


@router.get("/files/{file_id}")
def retrieve(parts: Parts, owner: Owner, file_id: str) -> dict[str, Any]:
    return parts.files.get(owner, file_id).wire()


@router.get("/files/{file_id}/content")
def content(parts: Parts, owner: Owner, file_id: str) -> Response:
    return Response(parts.files.content(owner, file_id), media_type="application/octet-stream")


@router.delete("/files/{file_id}")
def delete(parts: Parts, owner: Owner, file_id: str) -> dict[str, Any]:
    parts.files.delete(owner, file_id)
    return {"id": file_id, "object": "file", "deleted": True}
