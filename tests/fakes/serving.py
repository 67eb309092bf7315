"""Serve an application of ours on a free port of this machine, for as long as a test needs it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from fastapi import FastAPI


class _Server(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


@asynccontextmanager
async def served(app: FastAPI, listening: socket.socket | None = None) -> AsyncIterator[str]:
    """The URL of `app`, without a slash at the end. `listening` is a port that was taken before."""
    listening = listening or taken_port()
    config = uvicorn.Config(app, log_config=None, lifespan="on", timeout_graceful_shutdown=1)
    server = _Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started:
        if serving.done():
            serving.result()
        await asyncio.sleep(0.01)
    try:
        yield url_of(listening)
    finally:
        server.should_exit = True
        await serving


def taken_port() -> socket.socket:
    """A listening socket on a port that nobody else has."""
    return socket.create_server(("127.0.0.1", 0))


def url_of(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"
