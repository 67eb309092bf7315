"""What comes in over HTTP: genuine, readable, not taken before; then Bolt has it.

An event that comes twice is known by its id (`listeners/deliveries`). A click, a command and a modal
have none, and Slack never repeats them: the same signature again is answered as if all were well,
and changes nothing.
"""

import asyncio
from collections.abc import Mapping
from typing import Any, Literal, Protocol

import structlog
from slack_bolt.adapter.fastapi.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from bot.slack.entrance import Entrance
from bot.slack.genuine import SIGNATURE, Genuine, Refusal
from bot.slack.in_time import in_time
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
    """The routes of `/slack/*`, but for their addresses."""

    def __init__(
        self, bolt: AsyncApp, entrance: Entrance, genuine: Genuine, replays: Replays
    ) -> None:
        self._handler, self._entrance = AsyncSlackRequestHandler(bolt), entrance
        self._genuine, self._replays = genuine, replays
        self._room = asyncio.Semaphore(AT_ONCE)  # for what is genuine: nobody else takes a place

    async def delivery(self, request: Request) -> Response:
        """An event, an interaction or a command."""
        body = await request.body()
        refusal = self._genuine.refusal(request.headers, body)
        said = refusal or readable(request.headers, body)
        if isinstance(said, Refusal):
            return _answer(said)
        try:
            response = await in_time(self._admitted(request, said))
        except Exception:  # Redis is away, mostly
            log.exception("delivery_failed")
            response = _answer(Refusal(503, "try again"))
        if response.status_code < 500 or not is_form(request.headers):
            return response
        try:
            return await regret(said)
        except MISREAD:  # a form of a shape that has no place for words
            return response

    async def page(self, request: Request) -> Response:
        """What an installer's browser asks for; 404 where the app is for one workspace."""
        return await self._handler.handle(request)

    async def _admitted(self, request: Request, said: Mapping[str, Any]) -> Response:
        if (status := await self._entrance.take(said)) is not None:
            return Response(status_code=status)
        async with self._room:
            once = is_form(request.headers)
            return await (self._once(request) if once else self._handled(request))

    async def _once(self, request: Request) -> Response:
        """What a crash leaves under way is refused: a person sees that, and clicks again."""
        signature = request.headers[SIGNATURE]
        standing = await self._replays.begin(signature)
        if standing == "done":
            log.warning("replayed")
            return Response()
        if standing == "under way":
            return _answer(Refusal(409, "under way"))
        try:
            response = await self._handled(request)
        except BaseException:
            await self._replays.failed(signature)
            raise
        if response.status_code >= 300:
            await self._replays.failed(signature)
        else:
            await self._replays.done(signature)
        return response

    async def _handled(self, request: Request) -> Response:
        try:
            return await self._handler.handle(request)
        except MISREAD as error:  # Bolt itself could not make sense of it
            log.error("payload_not_understood", error=repr(error), at=place_of(error))  # noqa: TRY400 - no news in its trace
            return _answer(Refusal(400, "not understood"))


def _answer(refusal: Refusal) -> Response:
    return PlainTextResponse(refusal.reason, status_code=refusal.status)
