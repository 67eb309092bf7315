"""How much of a request is taken, and for how long: before any route sees it.

A body is read as a whole first, so that no route waits for somebody who sends a byte a minute, and
none has to count. What all requests under way hold in memory together is bounded too.
"""

import asyncio
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY: Final = 1_000_000  # bytes; Slack's largest payloads (modals with long texts) stay far below
BODY_SECONDS: Final = 10.0  # for all of a body; Slack itself gives up after three
HELD: Final = 64_000_000  # bytes of all bodies together
HEADERS: Final = 100
HEADER_BYTES: Final = 16_384
TARGET: Final = 8_192  # bytes of path and query
REFUSALS: Final = (400, 408, 413, 414, 431, 503)  # what any route may answer because of this


def refusals(*more: int) -> dict[int | str, dict[str, Any]]:
    """For the OpenAPI document: these and `more`, which a route answers by itself."""
    return {
        status: {"description": HTTPStatus(status).phrase} for status in sorted({*REFUSALS, *more})
    }


class _Refused(Exception):
    """Raised with the status that says why; never leaves this module."""

    def __init__(self, status: int) -> None:
        self.status = status


class Limits:
    """ASGI middleware; `seconds` are for the whole body of one request."""

    def __init__(self, app: ASGIApp, *, seconds: float = BODY_SECONDS) -> None:
        self._app, self._seconds = app, seconds
        self._held = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what is within the limits."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        body = bytearray()
        try:
            headers = _head(scope)
            if "content-length" in headers or "transfer-encoding" in headers:
                async with asyncio.timeout(self._seconds):
                    if not await self._read(headers, receive, body):
                        return  # whoever sent it is gone
        except TimeoutError:
            await _answer(408, scope, receive, send)
        except _Refused as refused:
            await _answer(refused.status, scope, receive, send)
        else:
            await self._app(scope, _replayed(bytes(body), receive), send)
        finally:
            self._held -= len(body)

    async def _read(self, headers: Headers, receive: Receive, body: bytearray) -> bool:
        """All of it into `body`; False where the sender went away."""
        if _length(headers) > BODY:  # it says so itself: nothing of it need be read
            raise _Refused(413)
        while True:
            message = await receive()
            if message["type"] == "http.disconnect":
                return False
            piece = message.get("body", b"")
            body += piece
            self._held += len(piece)
            if len(body) > BODY:
                raise _Refused(413)
            if self._held > HELD:
                raise _Refused(503)
            if not message.get("more_body", False):
                return True


def _head(scope: Scope) -> Headers:
    """The headers, if they and the address are of a size that anybody needs."""
    if len(scope.get("raw_path") or b"") + len(scope["query_string"]) > TARGET:
        raise _Refused(414)
    raw = scope["headers"]
    if len(raw) > HEADERS or sum(len(name) + len(value) for name, value in raw) > HEADER_BYTES:
        raise _Refused(431)
    return Headers(scope=scope)


def _length(headers: Headers) -> int:
    """Of the body as its sender gives it; 0 where it comes in pieces."""
    said = headers.get("content-length", "0")
    if not (said.isascii() and said.isdigit()) or len(said) > 18:
        raise _Refused(400)
    return int(said)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The whole body in one piece, then whatever comes after it."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


async def _answer(status: int, scope: Scope, receive: Receive, send: Send) -> None:
    response = PlainTextResponse(HTTPStatus(status).phrase, status_code=status)
    await response(scope, receive, send)
