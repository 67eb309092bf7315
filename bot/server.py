"""Run the bot: the web server, the worker, or both in one process, until told to stop.

`cli.py` calls this. SIGTERM and SIGINT stop the server, then the worker is cancelled, and whatever it
was doing stays in Redis for the next worker. The process ends with 0, once everything is closed.
"""

import asyncio
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import structlog
import uvicorn
from fastapi import FastAPI
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_sdk.errors import SlackApiError

from bot.bootstrap import Service, open_service
from bot.ending import end
from bot.errors import NotReady
from bot.settings import Settings
from bot.web.connections import CONNECTIONS, HEAD_BYTES, PromptProtocol

log = structlog.get_logger(__name__)
GRACE = 20  # seconds that requests and tasks under way have to finish


async def serve(settings: Settings, *, worker: bool) -> None:
    """Listen on HOST:PORT, and work too when `worker`. Raises NotReady when the port is taken."""
    _need_slack(settings)
    with _told_to_stop() as told:
        await _serve(settings, told, worker=worker)


async def _serve(settings: Settings, told: asyncio.Event, *, worker: bool) -> None:
    async with open_service(settings) as service:
        jobs = [asyncio.create_task(service.work())] if worker else []
        if settings.slack_app_token is not None:
            token = settings.slack_app_token.get_secret_value()
            jobs.append(asyncio.create_task(socket_mode_connection(service, token)))
        try:
            await _listen(service.app, Place(settings.host, settings.port), jobs, told)
        finally:
            await end(*jobs, patience=GRACE)


async def work(settings: Settings) -> None:
    """Only do durable tasks."""
    _need_slack(settings)
    with _told_to_stop() as told:
        async with open_service(settings) as service:
            log.info("working")
            working = asyncio.create_task(service.work())
            try:
                await _watched(service, working, told)
            finally:
                await end(working, patience=GRACE)


async def _watched(service: Service, working: "asyncio.Task[None]", told: asyncio.Event) -> None:
    """Until it is over, or told to stop; operators may look at METRICS_PORT meanwhile."""
    settings = service.settings
    if settings.metrics_port is not None:
        place = Place(settings.host, settings.metrics_port, "METRICS_PORT")
        await _listen(service.probes, place, [working], told)
        return
    await _first(working, told=told)
    if working.done():
        working.result()  # it ends by itself only with a reason


@contextmanager
def _told_to_stop() -> Iterator[asyncio.Event]:
    """Set by SIGTERM and SIGINT. A second Ctrl-C does not wait for what is under way."""
    told, loop = asyncio.Event(), asyncio.get_running_loop()

    def stop(number: signal.Signals) -> None:
        told.set()
        if number is signal.SIGINT:
            loop.remove_signal_handler(number)

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop, number)
    try:
        yield told
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)


async def _first(*tasks: "asyncio.Task[None]", told: asyncio.Event) -> None:
    """Until one of them is over, or the process is told to stop."""
    stopping = asyncio.create_task(told.wait())
    try:
        await asyncio.wait([*tasks, stopping], return_when=asyncio.FIRST_COMPLETED)
    finally:
        stopping.cancel()


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


async def _listen(
    app: FastAPI, place: Place, jobs: list["asyncio.Task[None]"], told: asyncio.Event
) -> None:
    config = uvicorn.Config(
        app,
        http=PromptProtocol,
        ws="none",
        h11_max_incomplete_event_size=HEAD_BYTES,
        limit_concurrency=CONNECTIONS,
        log_config=None,
        access_log=False,
        timeout_graceful_shutdown=GRACE,
    )
    server = _Server(config)
    with _bind(place) as port:
        log.info("listening", host=place.host, port=port.getsockname()[1])
        listening = asyncio.create_task(server.serve(sockets=[port]))
        await _first(listening, *jobs, told=told)
        server.should_exit = True
        await listening
    for job in jobs:
        if job.done():
            job.result()  # a worker that died takes the process down, with its reason


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
    handler = AsyncSocketModeHandler(service.bolt, app_token)
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
        if not getattr(settings, name).get_secret_value():
            msg = f"{name.upper()} is not set; `bot doctor` shows where to find it"
            raise NotReady(msg)
