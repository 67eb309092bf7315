"""A TCP proxy between the bot's processes and Valkey: connections are slow, fall silent, are cut."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PIECE = 65_536
SLOW = 0.05  # seconds by which each piece is late


@dataclass
class Network:
    """`cuts` counts the connections that were cut."""

    target: Path
    url: str = ""
    cuts: int = 0
    late: float = 0.0
    _clear: asyncio.Event = field(default_factory=asyncio.Event)
    _open: set[asyncio.StreamWriter] = field(default_factory=set)

    async def jam(self, kind: str, seconds: float) -> None:
        """Make one trouble, and end it."""
        if kind == "cut":
            self.cut()
            return
        if kind == "slow":
            self.late = SLOW
        else:
            self._clear.clear()
        await asyncio.sleep(seconds)
        self.late = 0.0
        self._clear.set()

    def cut(self) -> None:
        """End every connection at once, in the middle of whatever it says."""
        for writer in list(self._open):
            self.cuts += 1
            writer.transport.abort()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection of a client."""
        try:
            back, forth = await asyncio.open_unix_connection(str(self.target))
        except OSError:  # the server is down
            writer.transport.abort()
            return
        self._open.add(writer)
        ways = [
            asyncio.create_task(self._pass(reader, forth)),
            asyncio.create_task(self._pass(back, writer)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._open.discard(writer)
            for way in ways:
                way.cancel()
            forth.transport.abort()
            writer.transport.abort()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while piece := await reader.read(PIECE):
                if self.late:
                    await asyncio.sleep(self.late)
                await self._clear.wait()
                writer.write(piece)
                await writer.drain()


@asynccontextmanager
async def network(target: Path) -> AsyncIterator[Network]:
    """Listen on a free port of this machine; `target` is the server's socket."""
    made = Network(target)
    made._clear.set()
    server = await asyncio.start_server(made.handle, "127.0.0.1", 0, backlog=512)
    made.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    try:
        yield made
    finally:
        server.close()
        made.cut()
