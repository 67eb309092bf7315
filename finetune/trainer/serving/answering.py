"""Answers read from an engine by a thread, and sent as they come: at once, or as a stream of events.

A client that goes away ends the work on its answers, whether it was waiting for a stream or not.
"""

import asyncio
import contextlib
import json
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from typing import Any

import structlog
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from finetune.trainer.engine import Answering, End, EngineRefusal, Part
from finetune.trainer.errors import BadRequest, WireError, error_body

log = structlog.get_logger(__name__)
Found = tuple[int, Part]
Wire = dict[str, Any]


class Answers:
    """The parts of several answers, each with its number, in the order in which they are known."""

    def __init__(self, answerings: Sequence[Answering], ended: Callable[[], None]) -> None:
        self._answerings = answerings
        self._ended = ended
        self._gone = threading.Event()
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Found | Exception | None] = asyncio.Queue()
        try:
            threading.Thread(target=self._read, name="answers", daemon=True).start()
        except RuntimeError:  # no more threads
            self.stop()
            raise

    async def __aiter__(self) -> AsyncIterator[Found]:
        while (found := await self._queue.get()) is not None:
            if isinstance(found, EngineRefusal):
                raise refused(found)
            if isinstance(found, Exception):
                raise found
            yield found

    def stop(self) -> None:
        """Nobody listens any more. Doing it again changes nothing."""
        self._gone.set()
        for answering in self._answerings:
            close(answering)

    def _read(self) -> None:
        try:
            for found in _in_turn(self._answerings):
                if self._gone.is_set():
                    break
                self._tell(found)
            self._tell(None)
        except Exception as error:  # noqa: BLE001 - raised again where the answer is sent
            self._tell(error)
        finally:
            for answering in self._answerings:
                close(answering)
            self._ended()

    def _tell(self, found: Found | Exception | None) -> None:
        with contextlib.suppress(RuntimeError):  # the server has stopped meanwhile
            self._loop.call_soon_threadsafe(self._queue.put_nowait, found)


def refused(error: EngineRefusal) -> BadRequest:
    """An engine's refusal as the client sees it."""
    return BadRequest(str(error), code=error.code, param=error.param)


def _in_turn(answerings: Sequence[Answering]) -> Iterator[Found]:
    """A part of each answer, then the next of each: engines answer them side by side."""
    going = dict(enumerate(answerings))
    while going:
        for index, answering in list(going.items()):
            part = next(answering, None)
            if part is not None:
                yield index, part
            if part is None or isinstance(part, End):
                del going[index]


def close(answering: Answering) -> None:
    """End the work on an answer."""
    ending = getattr(answering, "close", None)
    if ending is not None:
        with contextlib.suppress(ValueError):  # a generator at work closes after its next part
            ending()


class Whole(Response):
    """Everything at once, when it is all known."""

    def __init__(self, answers: Answers, document: Awaitable[Wire]) -> None:
        super().__init__()
        self._answers, self._document = answers, document

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        telling = asyncio.ensure_future(self._document)
        leaving = asyncio.ensure_future(_left(receive))
        try:
            await asyncio.wait({telling, leaving}, return_when=asyncio.FIRST_COMPLETED)
            if telling.done():
                await JSONResponse(telling.result())(scope, receive, send)
        finally:
            self._answers.stop()
            telling.cancel()
            leaving.cancel()


class Events(StreamingResponse):
    """Server-sent events, the last one `[DONE]`; a failure on the way is an event too."""

    def __init__(self, answers: Answers, documents: AsyncIterator[Wire]) -> None:
        headers = {"Cache-Control": "no-cache", "X-Accel-Buffering": "no"}
        super().__init__(_events(documents), media_type="text/event-stream", headers=headers)
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._answers.stop()


async def _events(documents: AsyncIterator[Wire]) -> AsyncIterator[str]:
    try:
        async for document in documents:
            yield _event(document)
    except WireError as error:
        yield _event(error.body())
    except Exception:
        log.exception("stream_failed")
        yield _event(error_body("The server had an error while answering.", "server_error"))
    yield "data: [DONE]\n\n"


def _event(document: Wire) -> str:
    return f"data: {json.dumps(document, ensure_ascii=False, separators=(',', ':'))}\n\n"


async def _left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
