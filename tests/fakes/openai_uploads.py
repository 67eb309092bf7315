"""The provider stub's uploads in parts, in OpenAI's wire format."""

import hashlib
import time
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from tests.fakes.openai_account import Json, OpenAIStub, PartedUpload, StoredFile
from tests.fakes.openai_wire import refusal


def upload_routes(app: FastAPI, stub: OpenAIStub) -> None:
    @app.post("/v1/uploads")
    async def create(request: Request) -> Response:
        if not stub.takes_parts:
            return refusal(404, "Invalid URL (POST /v1/uploads)")
        upload = PartedUpload(f"upload_{len(stub.uploads) + 1}", await request.json())
        stub.uploads[upload.upload_id] = upload
        return JSONResponse(_wire(upload))

    @app.post("/v1/uploads/{upload_id}/parts")
    async def add(upload_id: str, request: Request) -> Response:
        upload = stub.uploads.get(upload_id)
        if upload is None or upload.status != "pending":
            return refusal(400, f"upload {upload_id} takes no parts")
        form = await request.form()
        sent: Any = form["data"]
        content = await sent.read()
        part_id = f"part_{upload_id}_{len(upload.parts) + 1}"
        upload.parts[part_id] = content
        return JSONResponse(
            {
                "id": part_id,
                "object": "upload.part",
                "created_at": int(time.time()),
                "upload_id": upload_id,
            }
        )

    @app.post("/v1/uploads/{upload_id}/complete")
    async def complete(upload_id: str, request: Request) -> Response:
        upload, body = stub.uploads[upload_id], await request.json()
        if upload.status != "pending":
            return refusal(400, f"upload {upload_id} is {upload.status}")
        content = b"".join(upload.parts[part_id] for part_id in body["part_ids"])
        if len(content) != upload.request["bytes"]:
            return refusal(400, "the number of bytes is not what was announced")
        if body.get("md5") not in {None, hashlib.md5(content).hexdigest()}:
            return refusal(400, "the md5 does not match")
        name, purpose = upload.request["filename"], upload.request["purpose"]
        file = StoredFile(f"file-{len(stub.files) + 1}", name, purpose, content)
        stub.files[file.file_id] = file
        upload.status = "completed"
        return JSONResponse({**_wire(upload), "file": file.wire()})

    @app.post("/v1/uploads/{upload_id}/cancel")
    async def cancel(upload_id: str) -> Json:
        stub.uploads[upload_id].status = "cancelled"
        return _wire(stub.uploads[upload_id])


def _wire(upload: PartedUpload) -> Json:
    return {
        "id": upload.upload_id,
        "object": "upload",
        "bytes": upload.request["bytes"],
        "created_at": upload.created_at,
        "expires_at": upload.created_at + 3600,
        "filename": upload.request["filename"],
        "purpose": upload.request["purpose"],
        "status": upload.status,
        "file": None,
    }
