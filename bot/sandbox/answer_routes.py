"""Addresses that are neither methods nor files: Socket Mode and response_url."""

from urllib.parse import parse_qsl

from fastapi import APIRouter, Request, Response, WebSocket
from fastapi.responses import JSONResponse, PlainTextResponse

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

    return router


def _payload(body: bytes) -> str:
    text = body.decode()
    return dict(parse_qsl(text)).get("payload", "") if text.startswith("payload=") else text
