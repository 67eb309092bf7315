"""One request passed on to vLLM and its answer passed back, byte by byte as it comes.

Only the model's name is changed, where vLLM has another for it. A client that goes away ends the
work; errors come in OpenAI's shape.
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Protocol

import aiohttp
import anyio
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from finetune.trainer.errors import WireError, error_body
from finetune.trainer.serving.vllm_server import Unreachable, VllmServer
from finetune.trainer.stores.model_store import StoredModel

_EVENTS = "text/event-stream"


class Names(Protocol):
    """Who knows what vLLM calls a model."""

    async def name_of(self, model: StoredModel) -> str:
        """The name; the model is loaded. Raises WireError."""
        ...

    def forget(self, model: StoredModel) -> None:
        """The name is unknown to vLLM: it was started anew."""
        ...


class Relayed(Response):
    """The answer of a vLLM. The request is sent when the answer is."""

    def __init__(
        self, server: VllmServer, names: Names, path: str, model: StoredModel,
        body: Mapping[str, Any],
    ) -> None:  # fmt: skip
        super().__init__()
        self._server, self._names, self._path = server, names, path
        self._model, self._request = model, body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the answer on until it ends or the client is gone."""
        async with anyio.create_task_group() as group:

            async def relay() -> None:
                await self._relay(scope, receive, send)
                group.cancel_scope.cancel()

            group.start_soon(relay)
            while (await receive())["type"] != "http.disconnect":
                pass
            group.cancel_scope.cancel()

    async def _relay(self, scope: Scope, receive: Receive, send: Send) -> None:
        sent = _Sent(send)
        try:
            if not await self._try(scope, receive, sent, last=False):
                self._names.forget(self._model)
                await self._try(scope, receive, sent, last=True)
        except WireError as error:
            if not sent.started:
                await JSONResponse(error.body(), error.status)(scope, receive, send)
                return
            event = f"data: {json.dumps(error.body())}\n\n"
            await send({"type": "http.response.body", "body": event.encode()})

    async def _try(self, scope: Scope, receive: Receive, send: "_Sent", *, last: bool) -> bool:
        """False: vLLM does not know the model, and nothing was sent."""
        name = await self._names.name_of(self._model)
        asked = {**self._request, "model": name}
        async with self._server.exchange("POST", self._path, asked) as answer:
            if answer.status == 404 and not last:
                return False
            own = _Renaming(name, self._model.model_id)
            if answer.status >= 400:
                await _error(answer, await answer.read())(scope, receive, send)
            elif answer.content_type == _EVENTS:
                await _stream(answer, own, send)
            else:
                whole = own.line(await answer.read())
                await Response(whole, answer.status, media_type=answer.content_type)(
                    scope, receive, send
                )
        return True


class _Sent:
    """A `send` that remembers whether the answer has begun."""

    def __init__(self, send: Send) -> None:
        self._send = send
        self.started = False

    async def __call__(self, message: Any) -> None:
        self.started = True
        await self._send(message)


class _Renaming:
    """vLLM's name for a model turned back into ours; nothing where they are the same."""

    def __init__(self, theirs: str, ours: str) -> None:
        self.needed = theirs != ours
        # Within a text of the answer the quotation marks would be escaped.
        self._theirs = re.compile(rb'("model": ?)' + re.escape(json.dumps(theirs).encode()))
        self._ours = json.dumps(ours).encode()

    def line(self, line: bytes) -> bytes:
        if not self.needed:
            return line
        return self._theirs.sub(lambda found: found[1] + self._ours, line, count=1)


async def _stream(answer: aiohttp.ClientResponse, own: _Renaming, send: Send) -> None:
    headers = [(b"content-type", answer.headers["Content-Type"].encode("latin-1"))]
    headers.append((b"cache-control", b"no-cache"))
    await send({"type": "http.response.start", "status": answer.status, "headers": headers})
    parts = answer.content if own.needed else answer.content.iter_any()  # lines, or as it comes
    async for part in parts:
        await send({"type": "http.response.body", "body": own.line(part), "more_body": True})
    await send({"type": "http.response.body", "body": b""})


def _error(answer: aiohttp.ClientResponse, body: bytes) -> JSONResponse:
    """The reason in OpenAI's shape: vLLM's codes are numbers, and older ones have no `error` around."""
    if answer.status in {401, 403}:
        raise Unreachable(
            "The model server refused the trainer: TRAINER_VLLM_API_KEY is not its key.",
            code="model_server_refused",
        )
    try:
        said = json.loads(body)
        said = said.get("error") if isinstance(said.get("error"), dict) else said
        message, param = said["message"], said.get("param")
    except (ValueError, KeyError, TypeError, AttributeError):
        message, param = f"The model server refused this with status {answer.status}.", None
    kind = "server_error" if answer.status >= 500 else "invalid_request_error"
    document = error_body(str(message), kind, param=param if isinstance(param, str) else None)
    return JSONResponse(document, answer.status)
