"""What comes in over HTTP: genuine, readable, not taken before; then Bolt has it.

An event that comes twice is known by its id (`listeners/deliveries`). A click, a command and a modal
have none, and Slack never repeats them: the same signature again is answered as if all were well,
and changes nothing.
"""

import asyncio
from collections.abc import Awaitable, Mapping
from typing import Any, Literal, Protocol

import structlog
from slack_bolt.adapter.starlette.async_handler import (
    AsyncSlackRequestHandler,
    to_starlette_response,
)
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.slack.entrance import Entrance
from bot.slack.genuine import SIGNATURE, Genuine, Refusal
from bot.slack.in_time import PATIENCE, Late, crowded, in_time
from bot.slack.listeners.mishaps import MISREAD, place_of
from bot.slack.payload import is_form, readable
from bot.slack.regrets import regret

log = structlog.get_logger(__name__)
AT_ONCE = 48  # deliveries that Bolt handles; the others wait, and so does what they hold


class Replays(Protocol):
    """Which signatures were acted upon, for longer than Slack's rule lets them pass."""

    async def begin(self, signature: str) -> Literal["ours", "under way", "done"]: ...

    async def done(self, signature: str) -> None: ...

    async def failed(self, signature: str) -> None: ...


class SlackRequests:
    """The routes of `/slack/*`, but for their addresses. `patience`: seconds for an answer."""

    def __init__(
        self,
        bolt: AsyncApp,
        entrance: Entrance,
        genuine: Genuine,
        replays: Replays,
        patience: float = PATIENCE,
    ) -> None:
        self._bolt, self._handler = bolt, AsyncSlackRequestHandler(bolt)
        self._entrance, self._genuine, self._replays = entrance, genuine, replays
        self._room = asyncio.Semaphore(AT_ONCE)  # for what is genuine: nobody else takes a place
        self._patience = patience

    async def delivery(self, request: Request) -> Response:
        """An event, an interaction or a command."""
        body = await request.body()
        refusal = self._genuine.refusal(request.headers, body)
        said = refusal or readable(request.headers, body)
        if isinstance(said, Refusal):
            return _answer(said)
        late = False
        try:
            response = await self._taken(request, said)
        except Late:
            late, response = True, _answer(Refusal(503, "later"))
        except Exception:  # Redis is away, mostly
            log.exception("delivery_failed")
            response = _answer(Refusal(503, "try again"))
        if response.status_code < 500 or not is_form(request.headers):
            return response
        try:
            return await regret(said, late=late)
        except MISREAD:  # a form of a shape that has no place for words
            return response

    async def page(self, request: Request) -> Response:
        """What an installer's browser asks for; 404 where the app is for one workspace."""
        return await self._handler.handle(request)

    async def _taken(self, request: Request, said: Mapping[str, Any]) -> Response:
        """Raises Late of what has begun; what has not is given up, and gets a 503."""
        due = asyncio.get_running_loop().time() + self._patience
        if crowded():
            return _answer(Refusal(503, "try again"))
        if not is_form(request.headers):
            status = await in_time(self._entrance.take(said), self._patience)
            if status is not None:
                return Response(status_code=status)
        try:
            async with asyncio.timeout_at(due):
                await self._room.acquire()
        except TimeoutError:
            log.warning("no_room")
            return _answer(Refusal(503, "try again"))
        work = self._in_the_room(request, said)
        return await in_time(work, due - asyncio.get_running_loop().time())

    async def _in_the_room(self, request: Request, said: Mapping[str, Any]) -> Response:
        """The place is held until the work is over, even where its answer is late."""
        try:
            once = is_form(request.headers)
            return await (self._once(request, said) if once else self._handled(request, said))
        finally:
            self._room.release()

    async def _once(self, request: Request, said: Mapping[str, Any]) -> Response:
        """What a crash leaves under way is refused: a person sees that, and clicks again."""
        signature = request.headers[SIGNATURE]
        standing = await self._replays.begin(signature)
        if standing == "done":
            log.warning("replayed")
            return Response()
        if standing == "under way":
            return _answer(Refusal(409, "under way"))
        try:
            response = await self._handled(request, said)
        except BaseException:
            await _noted(self._replays.failed(signature))
            raise
        failed = response.status_code >= 300
        await _noted((self._replays.failed if failed else self._replays.done)(signature))
        return response

    async def _handled(self, request: Request, said: Mapping[str, Any]) -> Response:
        """Bolt gets what we read, and neither reads it its own way nor checks the signature again."""
        try:
            given = AsyncBoltRequest(
                body=dict(said),
                query=request.query_params,  # type: ignore[arg-type]  # Bolt reads any mapping
                headers=request.headers,  # type: ignore[arg-type]
                mode="socket_mode",
            )
            return to_starlette_response(await self._bolt.async_dispatch(given))
        except MISREAD as error:  # Bolt itself could not make sense of it
            log.error("payload_not_understood", error=repr(error), at=place_of(error))  # noqa: TRY400 - no news in its trace
            return _answer(Refusal(400, "not understood"))


async def _noted(noting: Awaitable[None]) -> None:
    """What has acted stands: without its note, copies are still refused as under way."""
    try:
        await noting
    except Exception:
        log.exception("replay_not_noted")


def _answer(refusal: Refusal) -> Response:
    return PlainTextResponse(refusal.reason, status_code=refusal.status)
