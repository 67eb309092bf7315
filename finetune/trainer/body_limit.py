"""How large a request may be: its bytes are counted as they arrive, whatever its headers say.

A refused body is answered with 413 in OpenAI's shape (`wire/refusals.py`) and is not kept in memory.
"""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

MIB = 1024 * 1024
LARGEST_FILE = 100 * MIB
LARGEST_PART = 64 * MIB  # of an upload in parts
FORM = MIB  # what a form puts around a file
LARGEST_REQUEST = 2 * MIB  # the longest conversation that is answered, even all escaped


class BodyLimit:
    """ASGI middleware. Reading a body that grows too large raises 413 inside the application."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        limit = _limit(scope["path"])
        promised = int(Headers(scope=scope).get("content-length", "0"))
        arrived = 0

        async def counted() -> Message:
            nonlocal arrived
            if promised > limit:
                raise _too_large(limit)
            message = await receive()
            arrived += len(message.get("body", b""))
            if arrived > limit:
                raise _too_large(limit)
            return message

        await self._app(scope, counted, send)


def _limit(path: str) -> int:
    if path == "/v1/files":
        return LARGEST_FILE + FORM
    if path.startswith("/v1/uploads/") and path.endswith("/parts"):
        return LARGEST_PART + FORM
    return LARGEST_REQUEST


def _too_large(limit: int) -> HTTPException:
    # FastAPI passes this class on from its reading of a body; any other would become a 400.
    return HTTPException(413, f"The body is larger than {limit // MIB} MiB")
