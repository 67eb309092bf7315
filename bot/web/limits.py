"""How much of a request is taken, and for how long: before any route sees it.

A body is read as a whole first, so that no route waits for somebody who sends a byte a minute, and
none has to count. Of what does not look like a delivery nothing is read; the pages take small forms
only, in the one encoding that their own forms have: Starlette decodes `multipart/form-data` with
whatever codec the request names, and some of Python's take minutes.
"""

import asyncio
from collections.abc import Callable
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.holding import Body, NoRoom, Room

BODY: Final = 1_000_000  # bytes; Slack's largest payloads (modals with long texts) stay far below
FORM: Final = 16_384  # bytes of a form of the pages
BODY_SECONDS: Final = 10.0  # for all of a body; Slack itself gives up after three
HELD: Final = 64_000_000  # bytes of all deliveries together
FORMS_HELD: Final = 4_000_000  # bytes of all forms together
HEADERS: Final = 100
HEADER_BYTES: Final = 16_384
TARGET: Final = 8_192  # bytes of path and query
PATH: Final = 1_024  # bytes of the path alone
FORMS: Final = "application/x-www-form-urlencoded"
GONE: Final = 499  # nobody is there who could be answered
REFUSALS: Final = (400, 408, 413, 414, 415, 431, 503)  # what any route may answer because of this


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
    """ASGI middleware; `seconds` are for the whole body of one request.

    Slack delivers to `path`; `unlike` says with which status a delivery is refused by its headers.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        path: str,
        unlike: Callable[[Headers], int | None],
        seconds: float = BODY_SECONDS,
    ) -> None:
        self._app, self._path, self._unlike, self._seconds = app, path, unlike, seconds
        self._deliveries, self._forms = Room(HELD), Room(FORMS_HELD)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what is within the limits."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        slack = scope["path"] == self._path
        try:
            headers = _head(scope)
            most = self._most(headers, slack=slack)
        except _Refused as refused:
            await _answer(refused.status, scope, receive, send)
            return
        if most:
            room = self._deliveries if slack else self._forms
            await self._with_body(room, most, scope, receive, send)
        else:
            await self._app(scope, _replayed(b"", receive), send)

    def _most(self, headers: Headers, *, slack: bool) -> int:
        """Bytes that the body may have; 0 where there is none."""
        length, most = _length(headers), BODY if slack else FORM
        if length > most:  # it says so itself: nothing of it need be read
            raise _Refused(413)
        if not length and "transfer-encoding" not in headers:
            return 0
        if slack and (status := self._unlike(headers)) is not None:
            raise _Refused(status)
        if not slack and not _form(headers):
            raise _Refused(415)
        return most

    async def _with_body(
        self, room: Room, most: int, scope: Scope, receive: Receive, send: Send
    ) -> None:
        until = asyncio.timeout(self._seconds)
        body = room.begin(until)
        try:
            refused = await _arrival(room, body, until, most, receive)
            if refused is None:
                await self._app(scope, _replayed(bytes(body.content), receive), send)
        finally:
            room.leave(body)
        if refused is not None and refused != GONE:
            await _answer(refused, scope, receive, send)


async def _arrival(
    room: Room, body: Body, until: asyncio.Timeout, most: int, receive: Receive
) -> int | None:
    """None once all of it is there, else the status that says why not."""
    try:
        async with until:
            try:
                await _read(room, body, most, receive)
            finally:
                room.arrived(body)
    except TimeoutError:
        return 503 if body.lost else 408
    except NoRoom:
        return 503
    except _Refused as refused:
        return refused.status
    return None


async def _read(room: Room, body: Body, most: int, receive: Receive) -> None:
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise _Refused(GONE)
        room.add(body, message.get("body", b""))
        if len(body.content) > most:
            raise _Refused(413)
        if not message.get("more_body", False):
            return


def _head(scope: Scope) -> Headers:
    """The headers, if they and the address are of a size that anybody needs."""
    path = len(scope.get("raw_path") or b"")
    if path > PATH or path + len(scope["query_string"]) > TARGET:
        raise _Refused(414)
    raw = scope["headers"]
    if len(raw) > HEADERS or sum(len(name) + len(value) for name, value in raw) > HEADER_BYTES:
        raise _Refused(431)
    return Headers(scope=scope)


def _form(headers: Headers) -> bool:
    """Whether the body says that it is a form as our pages send them; once, so that all agree."""
    kinds = headers.getlist("content-type")
    return len(kinds) == 1 and kinds[0].partition(";")[0].strip().lower() == FORMS


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
