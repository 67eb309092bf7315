"""How much of a request is taken, and for how long: before any route sees it.

A body is read as a whole first, so that no route waits for somebody who sends a byte a minute, and
none has to count. Of what does not look like a delivery nothing is read; the pages take small forms
only, in the one encoding that their own forms have: Starlette decodes `multipart/form-data` with
whatever codec the request names, and some of Python's take minutes. One path takes a file as it is,
of whoever is known to be allowed to send one before any of it is read.
"""

import asyncio
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Any, Final, NamedTuple

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot.web.holding import Body, NoRoom, Room

BODY: Final = 1_000_000  # bytes; Slack's largest payloads (modals with long texts) stay far below
FORM: Final = 262_144  # bytes of a form of the pages: 29,000 Japanese letters of an edit, encoded
BODY_SECONDS: Final = 10.0  # for all of a body; Slack itself gives up after three
HELD: Final = 64_000_000  # bytes of all deliveries together
FORMS_HELD: Final = 16_000_000  # bytes of all forms together
UPLOAD: Final = 25_000_000  # bytes of a file for the dataset
UPLOADS_HELD: Final = 60_000_000  # bytes of all files on their way together
UPLOAD_SECONDS: Final = 120.0  # for all of a file
HEADERS: Final = 100
HEADER_BYTES: Final = 16_384
TARGET: Final = 8_192  # bytes of path and query
PATH: Final = 1_024  # bytes of the path alone
FORMS: Final = "application/x-www-form-urlencoded"
FILES: Final = "application/octet-stream"
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


class Uploading(NamedTuple):
    """Files come to `path`; `refused` says with which status, before any of one is read."""

    path: str
    refused: Callable[[Scope], Awaitable[int | None]]


class _Kind(NamedTuple):
    """What is taken of one kind of body."""

    room: Room
    most: int
    seconds: float
    unlike: Callable[[Headers], int | None]


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
        uploading: Uploading | None = None,
        seconds: float = BODY_SECONDS,
    ) -> None:
        self._app, self._path, self._uploading = app, path, uploading
        self._deliveries = Room(HELD)
        self._delivery = _Kind(self._deliveries, BODY, seconds, unlike)
        self._form = _Kind(Room(FORMS_HELD), FORM, seconds, _unlike(FORMS))
        self._file = _Kind(Room(UPLOADS_HELD), UPLOAD, UPLOAD_SECONDS, _unlike(FILES))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on what is within the limits."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        kind = self._kind(scope)
        try:
            some = _any_body(_head(scope), kind)
            if some and kind is self._file:
                await self._admit(scope)
        except _Refused as refused:
            await _answer(refused.status, scope, receive, send)
            return
        if some:
            await self._with_body(kind, scope, receive, send)
        else:
            await self._app(scope, _replayed(b"", receive), send)

    def _kind(self, scope: Scope) -> _Kind:
        if scope["path"] == self._path:
            return self._delivery
        uploading = self._uploading
        files = uploading is not None and scope["path"] == uploading.path
        return self._file if files and scope["method"] == "POST" else self._form

    async def _admit(self, scope: Scope) -> None:
        assert self._uploading is not None  # noqa: S101 - else nothing is a file
        if (status := await self._uploading.refused(scope)) is not None:
            raise _Refused(status)

    async def _with_body(self, kind: _Kind, scope: Scope, receive: Receive, send: Send) -> None:
        room, most = kind.room, kind.most
        until = asyncio.timeout(kind.seconds)
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


def _any_body(headers: Headers, kind: _Kind) -> bool:
    """Whether there is a body, which is within the limits as far as its headers say."""
    length = _length(headers)
    if length > kind.most:  # it says so itself: nothing of it need be read
        raise _Refused(413)
    if not length and "transfer-encoding" not in headers:
        return False
    if (status := kind.unlike(headers)) is not None:
        raise _Refused(status)
    return True


def _unlike(wanted: str) -> Callable[[Headers], int | None]:
    """Refuses a body that does not say, once so that all agree, that it is of this kind."""

    def unlike(headers: Headers) -> int | None:
        kinds = headers.getlist("content-type")
        said = [kind.partition(";")[0].strip().lower() for kind in kinds]
        return None if said == [wanted] else 415

    return unlike


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
