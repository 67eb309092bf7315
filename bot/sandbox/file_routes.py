"""Addresses of files: upload for the app, `url_private` for its token, a picture for the page."""

from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse, RedirectResponse

from bot.sandbox.errors import BadRequest
from bot.sandbox.sandbox import Sandbox

SIGN_IN = """<!DOCTYPE html><html lang="en"><head><title>Sign in | Slack</title></head>
<body><h1>Sign in to your workspace</h1></body></html>"""


def routes(sandbox: Sandbox) -> APIRouter:
    router = APIRouter()

    @router.post("/sandbox/upload/{file_id}")
    async def upload(file_id: str, request: Request) -> Response:
        found = sandbox.state.files.get(file_id)
        if found is None:
            raise BadRequest(f"There is no upload {file_id!r}.", 404)
        content = await request.body()
        sandbox.state.files.save({**found[0], "size": len(content)}, content)
        return PlainTextResponse(f"OK - {len(content)}")

    @router.get("/sandbox/files/{file_id}")
    async def show(file_id: str) -> Response:
        found = sandbox.state.files.get(file_id)
        if found is None or found[1] is None:
            raise BadRequest(f"There is no file {file_id!r}.", 404)
        # Only images are shown in the page; anything else must not run in its origin.
        kind = found[0]["mimetype"] if found[0]["mimetype"].startswith("image/") else "text/plain"
        headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox"}
        return Response(found[1], media_type=kind, headers=headers)

    @router.get("/files-pri/{reference}/{name}")
    @router.get("/files-pri/{reference}/download/{name}")
    async def private(reference: str, name: str, request: Request) -> Response:
        """`url_private`: the bytes for the app's token with files:read, else the way to the login page."""
        found = sandbox.state.files.get(reference.rpartition("-")[2])
        if not _may_read(sandbox, request):
            where = urlencode({"redir": request.url.path})
            return RedirectResponse(f"/sandbox/signin?{where}", status_code=302)
        if found is None or found[1] is None or found[0]["name"] != name:
            return Response("file_not_found", status_code=404)
        return Response(found[1], media_type=found[0]["mimetype"])

    @router.get("/sandbox/signin")
    async def signin() -> Response:
        return HTMLResponse(SIGN_IN)

    return router


def _may_read(sandbox: Sandbox, request: Request) -> bool:
    token = request.headers.get("authorization", "").removeprefix("Bearer ")
    return token == sandbox.config.bot_token and "files:read" in sandbox.config.scopes
