"""Addresses that are neither methods nor files: Socket Mode, response_url, approve an installation."""

import secrets
from urllib.parse import parse_qsl, urlencode

from fastapi import APIRouter, Request, Response, WebSocket
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse

from bot.sandbox.errors import SlackRefusal
from bot.sandbox.interactions import respond
from bot.sandbox.json_text import read_json
from bot.sandbox.sandbox import Sandbox


def routes(sandbox: Sandbox) -> APIRouter:
    router = APIRouter()

    @router.websocket("/sandbox/socket")
    async def socket(websocket: WebSocket, ticket: str = "") -> None:
        await sandbox.dispatcher.sockets.serve(websocket, ticket)

    @router.post("/sandbox/response/{token}")
    async def response_url(token: str, request: Request) -> Response:
        about = sandbox.state.response_urls.use(token)
        if about is None:
            return PlainTextResponse("used_url", status_code=404)
        try:
            respond(sandbox, about, read_json(_payload(await request.body())))
        except ValueError:
            return PlainTextResponse("invalid_payload", status_code=400)
        except SlackRefusal as refusal:
            return JSONResponse({"ok": False, "error": refusal.error}, status_code=400)
        return PlainTextResponse("ok")

    @router.get("/oauth/v2/authorize")
    async def authorize(redirect_uri: str, state: str = "") -> Response:
        """The person clicks "Allow" at once; the code works once at oauth.v2.access."""
        code = secrets.token_urlsafe(16)
        sandbox.oauth_codes.add(code)
        query = urlencode({"code": code, "state": state})
        return RedirectResponse(f"{redirect_uri}?{query}", status_code=302)

    return router


def _payload(body: bytes) -> str:
    text = body.decode()
    return dict(parse_qsl(text)).get("payload", "") if text.startswith("payload=") else text
