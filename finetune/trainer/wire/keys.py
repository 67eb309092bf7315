"""Who may come in: every request under /v1 needs one of the keys, before its body is read.

A key is known further on by a hash only; files, jobs and models carry that hash as their owner.
"""

import hashlib
from collections.abc import Iterable

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from finetune.trainer.errors import error_body


def owner_of(key: str) -> str:
    """The name a key's things are kept under."""
    return hashlib.sha256(key.encode()).hexdigest()[:24]


class Keys:
    """ASGI middleware: 401 in OpenAI's shape for a missing or unknown key."""

    def __init__(self, app: ASGIApp, keys: Iterable[str]) -> None:
        self._app = app
        self._owners = {owner_of(key) for key in keys}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith("/v1/"):
            await self._app(scope, receive, send)
            return
        scheme, _, key = Headers(scope=scope).get("authorization", "").partition(" ")
        refusal = None
        if scheme.lower() != "bearer" or not key.strip():
            refusal = _unauthorised("You did not give an API key: send Authorization: Bearer KEY.")
        elif (owner := owner_of(key.strip())) not in self._owners:
            refusal = _unauthorised("Incorrect API key provided.")
        else:
            scope.setdefault("state", {})["owner"] = owner
        await (refusal or self._app)(scope, receive, send)


def _unauthorised(message: str) -> JSONResponse:
    body = error_body(message, "invalid_request_error", code="invalid_api_key")
    return JSONResponse(body, 401, {"WWW-Authenticate": "Bearer"})
