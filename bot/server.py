"""Run the bot: the web server, the worker, or both in one process, until told to stop.

`cli.py` calls this. At SIGTERM and SIGINT nothing new is begun: the worker takes no more tasks and
/readyz says so, for DRAIN_SECONDS before the port is closed. What is under way has GRACE_SECONDS;
after that it is handed over to the next worker. The process ends with 0, once everything is closed.
"""

import asyncio
import gc
import math
import os
import socket
import sys
from collections.abc import AsyncIterator, Coroutine, Iterator, Sequence
from contextlib import ExitStack, asynccontextmanager, contextmanager, nullcontext, suppress
from typing import Any, NamedTuple

import structlog
import uvicorn
from fastapi import FastAPI
from slack_sdk.errors import SlackApiError

from bot.bootstrap import Service, open_service
from bot.ending import end
from bot.errors import NotReady
from bot.settings import Settings
from bot.slack.socket import Socket
from bot.stopping import Stop, told_to_stop
from bot.web.access import ENOUGH, strong
from bot.web.connections import CONNECTIONS, HEAD_BYTES, PromptProtocol, make_room

log = structlog.get_logger(__name__)
OPENING = 2.0  # seconds after SIGTERM for a database to answer at last
YOUNG = 10_000  # objects between two looks of the garbage collector; Python's own is 700


async def serve(settings: Settings, *, worker: bool, told: Stop | None = None) -> None:
    """Listen on HOST:PORT, and work too when `worker`, until told to stop: by signals, if by nothing else.

    Raises NotReady when the port is taken.
    """
    _need_slack(settings)
    place = Place(settings.host, settings.port)
    with told_to_stop() if told is None else nullcontext(told) as stop:
        async with _opened(settings, stop, alone=told is None) as service:
            jobs = [service.watch.keep(), *([service.work()] if worker else [])]
            if settings.slack_app_token is not None:
                token = settings.slack_app_token.get_secret_value()
                jobs.append(socket_mode_connection(service, token))
            await _run(service, stop, jobs, _server(service.app, settings), place)


async def work(settings: Settings, told: Stop | None = None) -> None:
    """Only do durable tasks; operators may look at METRICS_PORT meanwhile."""
    _need_slack(settings)
    with told_to_stop() if told is None else nullcontext(told) as stop:
        async with _opened(settings, stop, alone=told is None) as service:
            log.info("working")
            jobs = [service.watch.keep(), service.work()]
            if settings.metrics_port is None:
                await _run(service, stop, jobs)
                return
            place = Place(settings.host, settings.metrics_port, "METRICS_PORT")
            await _run(service, stop, jobs, _server(service.probes, settings), place)


@asynccontextmanager
async def _opened(settings: Settings, stop: Stop, *, alone: bool) -> AsyncIterator[Service]:
    """The service; a process of its own (`alone`) need not wait for a silent database to end."""
    watching = asyncio.create_task(_end_unopened(stop))
    if not alone or settings.redis_url is None:  # the embedded one is ended in good order
        watching.cancel()
    try:
        async with open_service(settings) as service:
            watching.cancel()
            yield service
    finally:
        watching.cancel()


async def _end_unopened(stop: Stop) -> None:
    """Nothing is begun yet, and whoever waits for Redis must not be cancelled: see `bot.ending`."""
    await stop.told.wait()
    await asyncio.sleep(OPENING)
    log.info("stopped_before_the_database_answered")
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(0)


async def _run(
    service: Service,
    stop: Stop,
    jobs: Sequence[Coroutine[Any, Any, None]],
    server: "_Server | None" = None,
    place: "Place | None" = None,
) -> None:
    """Until told to stop, or one of the jobs is over, which happens only for a reason."""
    _spare_the_collector()
    with ExitStack() as stack:
        port = None if place is None else stack.enter_context(_bind(place))
        working = [asyncio.create_task(job) for job in jobs]
        listening = []
        if server is not None and port is not None:
            listening = [asyncio.create_task(server.serve(sockets=[port]))]
            log.info("listening", host=place and place.host, port=port.getsockname()[1])
        await stop.or_first(*working, *listening)
        over = [task for task in [*working, *listening] if task.done()]
        await _leave(service, stop, working, server, listening)
    for task in over:
        task.result()  # a worker that died takes the process down, with its reason


async def _leave(
    service: Service,
    stop: Stop,
    working: "Sequence[asyncio.Task[None]]",
    server: "_Server | None",
    listening: "Sequence[asyncio.Task[None]]",
) -> None:
    """Begin nothing more, and finish what was begun; /readyz says so before the port is closed."""
    settings = service.settings
    service.health.leaving.begun = True
    log.info("stopping", grace=settings.grace_seconds)
    ending = asyncio.create_task(end(*working, patience=settings.grace_seconds))
    if server is not None and stop.told.is_set():
        await stop.pause(settings.drain_seconds, *listening)
    if server is not None:
        server.should_exit = True
    await asyncio.gather(ending, *listening, return_exceptions=True)


def _spare_the_collector() -> None:
    """What was imported and wired stays: it need not be walked over again and again in a burst."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 10, 10)


class _Server(uvicorn.Server):
    """Leaves the signals to us: uvicorn raises them anew at its end, which ends the process."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Captures none."""
        yield


class Place(NamedTuple):
    """Where to listen; `setting` is what to change when something else does already."""

    host: str
    port: int
    setting: str = "PORT"


def _server(app: FastAPI, settings: Settings) -> _Server:
    make_room()
    config = uvicorn.Config(
        app,
        http=PromptProtocol,
        ws="none",
        h11_max_incomplete_event_size=HEAD_BYTES,
        limit_concurrency=CONNECTIONS,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=math.ceil(settings.grace_seconds),
    )
    return _Server(config)


def _bind(place: Place) -> socket.socket:
    host, port, setting = place
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family)
    except OSError as error:
        msg = f"cannot listen on {host}:{port} ({error.strerror}); choose another HOST or {setting}"
        raise NotReady(msg) from None


async def socket_mode_connection(service: Service, app_token: str) -> None:
    """Keep one connection open, and open it again, until cancelled."""
    handler = Socket(service.bolt, service.entrance, app_token)
    try:
        await handler.connect_async()  # type: ignore[no-untyped-call]  # Bolt's are unannotated
    except SlackApiError as error:
        said = error.response.get("error")
        raise NotReady(
            f"Slack does not accept SLACK_APP_TOKEN ({said}); ask `bot doctor`"
        ) from None
    with suppress(asyncio.CancelledError):
        await asyncio.Event().wait()
    await handler.close_async()  # type: ignore[no-untyped-call]


def _need_slack(settings: Settings) -> None:
    ours = "slack_client_secret" if settings.slack_client_id else "slack_bot_token"
    for name in (ours, "slack_signing_secret"):
        if not getattr(settings, name).get_secret_value().strip():
            msg = f"{name.upper()} is not set; `bot doctor` shows where to find it"
            raise NotReady(msg)
    if not strong(settings.slack_signing_secret.get_secret_value()):
        msg = f"SLACK_SIGNING_SECRET is too short ({ENOUGH} characters at least): links are signed with it"
        raise NotReady(msg)
