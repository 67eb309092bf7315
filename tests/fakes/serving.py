"""Serve an application of ours on a free port of this machine, for as long as a test needs it."""

import asyncio
import os
import socket
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from itertools import cycle

import uvicorn
from fastapi import FastAPI

_WORKER = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw")) % 8
_FIRST = os.getpid() % 1_500  # two runs beside each other hardly ever want the same one
_PORTS = cycle(20_000 + 1_500 * _WORKER + (_FIRST + n) % 1_500 for n in range(1_500))


class _Server(uvicorn.Server):
    """Leaves the signals to pytest; ends at once, where uvicorn looks around ten times a second."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.told_to_end = asyncio.Event()

    async def main_loop(self) -> None:
        while not await self.on_tick(0):
            with suppress(TimeoutError):
                await asyncio.wait_for(self.told_to_end.wait(), 1)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for listening in (*self.servers, *(sockets or ())):
            listening.close()
        for connection in list(self.server_state.connections):
            connection.shutdown()
        await self._answered()
        for task in self.server_state.tasks:
            task.cancel()
        await self.lifespan.shutdown()

    async def _answered(self) -> None:
        """Requests under way have a second."""
        over = time.monotonic() + 1
        state = self.server_state
        while (state.connections or state.tasks) and time.monotonic() < over:
            await asyncio.sleep(0.005)

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
        server.told_to_end.set()
        await serving


def taken_port() -> socket.socket:
    """A listening socket on a port that nobody else has.

    A process that is started there later finds it free: it is none of those that the system gives to
    outgoing connections, and each process of tests has some of its own.
    """
    while True:
        with suppress(OSError):
            return socket.create_server(("127.0.0.1", next(_PORTS)))


def url_of(listening: socket.socket) -> str:
    return f"http://127.0.0.1:{listening.getsockname()[1]}"
