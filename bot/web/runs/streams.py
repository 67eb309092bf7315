"""Who watches a run: a stream of server-sent events for each browser, one look at Redis for all.

A stream says that something changed, never what: the page is asked for again, with all its checks.
It ends with the run, with the watcher's role or session, and when this process is told to stop.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Hashable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, Final

from fastapi import Request, Response
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from bot.errors import SurfaceUnavailable
from bot.looking import Look
from bot.web.refusals import Refused, refusal
from finetune import Glance, NotFound, RunState, StoreUnavailable

PAUSE: Final = 1.0  # seconds between two looks
CHECK: Final = 15  # pauses between two questions whether one may still see this, and signs of life
EACH: Final = 4  # streams of one session: browsers open six connections to a host, for all tabs
MOST: Final = 200  # streams of this process
RETRY_MS: Final = 2_000


@dataclass(frozen=True)
class Watched:
    """What a browser looks at: a run, the version on its page, and whether it still may."""

    team: str
    run_id: str
    session: str
    seen: int
    may: Callable[[], Awaitable[object]]  # raises Refused


@dataclass
class Streams:
    """All streams of this process."""

    glance: Callable[[str, str], Awaitable[Glance]]
    leaving: Callable[[], bool]
    _sessions: Counter[str] = field(default_factory=Counter)
    _looks: dict[tuple[str, str], Look[Glance]] = field(default_factory=dict)
    _watchers: Counter[tuple[str, str]] = field(default_factory=Counter)

    @contextmanager
    def seat(self, watched: Watched) -> Iterator[Look[Glance]]:
        """Room for one more. Raises Refused when there is none, and when this process leaves."""
        if self.leaving() or self._sessions.total() >= MOST:
            raise Refused("away", 503)
        if self._sessions[watched.session] >= EACH:
            raise Refused("many_streams", 429)
        key = (watched.team, watched.run_id)
        self._sessions[watched.session] += 1
        self._watchers[key] += 1
        try:
            yield self._look(key)
        finally:
            _leave(self._sessions, watched.session)
            _leave(self._watchers, key)
            if key not in self._watchers:
                self._looks.pop(key, None)

    def _look(self, key: tuple[str, str]) -> Look[Glance]:
        if key not in self._looks:
            self._looks[key] = Look(lambda: self.glance(*key), patience=PAUSE, remembered=PAUSE)
        return self._looks[key]

    async def lines(self, watched: Watched, look: Look[Glance]) -> AsyncIterator[str]:
        """Events as they are written, until it is over; `over` tells the browser not to come back."""
        yield f"retry: {RETRY_MS}\n\n"
        seen, quiet = watched.seen, 0
        while not self.leaving():
            found = await _seen(look)
            if found is not None and found.version != seen:
                seen, quiet = found.version, 0
                yield f"id: {seen}\nevent: changed\ndata: {found.state.value}\n\n"
            if found is not None and found.ended:
                yield "event: over\ndata: \n\n"
                return
            quiet += 1
            if quiet % CHECK == 0:
                if not await _may(watched):
                    yield "event: over\ndata: gone\n\n"
                    return
                yield ": still here\n\n"
            await asyncio.sleep(PAUSE)


class Stream(Response):
    """The answer. Its seat is taken when it begins and given back however it ends."""

    def __init__(self, streams: Streams, watched: Watched, request: Request) -> None:
        super().__init__()
        self._streams, self._watched, self._request = streams, watched, request

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Stream, or a page that refuses to."""
        try:
            with self._streams.seat(self._watched) as look:
                answer = StreamingResponse(
                    self._streams.lines(self._watched, look),
                    media_type="text/event-stream",
                    headers={"X-Accel-Buffering": "no"},  # proxies pass on what is there
                )
                await answer(scope, receive, send)
                return
        except Refused as refused:
            page = refusal(self._request, refused.why, refused.status)
        await page(scope, receive, send)


async def _seen(look: Look[Glance]) -> Glance | None:
    """None while the database does not say; a run that was removed is over."""
    with suppress(StoreUnavailable):
        try:
            return await look.found()
        except NotFound:
            return Glance(RunState.CANCELLED, -1)
    return None


async def _may(watched: Watched) -> bool:
    """Who cannot be asked about now keeps looking; the page itself asks anyway."""
    with suppress(SurfaceUnavailable, StoreUnavailable):
        try:
            await watched.may()
        except Refused:
            return False
    return True


def _leave(counter: Counter[Any], key: Hashable) -> None:
    counter[key] -= 1
    if counter[key] <= 0:
        del counter[key]
