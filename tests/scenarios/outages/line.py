"""The line between the bot and its database: slow, silent, cut, or leading elsewhere by now.

A TCP proxy with one address. What is connected stays connected to where it led then, as with an
address that moves in a failover.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress


class Line:
    """`delay` is in seconds for each piece that the database sends; `open` is cleared by `hold`."""

    def __init__(self, port: int) -> None:
        self.target = port
        self.delay = 0.0
        self.url = ""
        self.made = 0  # connections, all in all
        self._open = asyncio.Event()
        self._open.set()
        self._writers: set[asyncio.StreamWriter] = set()

    def hold(self) -> None:
        """From now on nothing comes through, and nobody is told."""
        self._open.clear()

    def release(self) -> None:
        """What was held comes through."""
        self._open.set()

    def cut(self) -> None:
        """Reset every connection there is."""
        for writer in self._writers:
            writer.transport.abort()

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.made += 1
        try:
            far, to = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, to}
        with suppress(asyncio.CancelledError):  # a stream's callback cannot tell it from an error
            await asyncio.gather(
                self._pass(reader, to, slow=False), self._pass(far, writer, slow=True)
            )
        self._writers -= {writer, to}

    async def _pass(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, slow: bool
    ) -> None:
        with suppress(OSError):
            while piece := await reader.read(65536):
                if slow and self.delay:
                    await asyncio.sleep(self.delay)
                await self._open.wait()
                writer.write(piece)
                await writer.drain()
        writer.close()


@asynccontextmanager
async def line_to(port: int) -> AsyncIterator[Line]:
    """Listen on a free port of this machine."""
    line = Line(port)
    server = await asyncio.start_server(line.handle, "127.0.0.1", 0)
    line.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
    try:
        yield line
    finally:
        line.release()
        line.cut()
        server.close()
