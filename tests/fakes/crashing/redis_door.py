"""Between a process and Redis: one command after the other, each an effect if it changes something.

A transaction is one effect, at its EXEC: what it queues is done there or not at all.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from tests.fakes.crashing.reaper import Reaper, Side
from tests.fakes.crashing.resp import LISTENS, WAITS, effect_of, message, words

NOTHING = (b"*-1", b"_", b"*0", b"%0")


@dataclass
class RedisDoor:
    """`path` is the socket of the real server."""

    reaper: Reaper
    path: str
    lines: dict["asyncio.Task[None]", tuple[asyncio.StreamWriter, ...]] = field(
        default_factory=dict
    )

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, until either side ends it."""
        theirs, ours = await asyncio.open_unix_connection(self.path, limit=2**26)
        task = asyncio.current_task()
        assert task is not None
        self.lines[task] = (writer, ours)
        try:
            with suppress(ConnectionError, asyncio.IncompleteReadError):
                await _Line(self.reaper, reader, writer, theirs, ours).carry()
        finally:
            del self.lines[task]
            for each in (writer, ours):
                each.close()

    async def close(self) -> None:
        """End all that are left."""
        left = dict(self.lines)
        for writer in sum(left.values(), ()):
            writer.transport.abort()
        if left:
            await asyncio.wait(left)


@dataclass
class _Line:
    reaper: Reaper
    client: asyncio.StreamReader
    answers: asyncio.StreamWriter
    server: asyncio.StreamReader
    asks: asyncio.StreamWriter

    async def carry(self) -> None:
        queued: list[str] | None = None
        while True:
            command = await message(self.client)
            said = words(command)
            verb = said[0].lower()
            effect = effect_of(said)
            if verb == "multi":
                queued = []
            elif verb in {"exec", "discard"}:
                effect = " + ".join((queued or [])[:4]) if verb == "exec" else ""
                queued = None
            elif queued is not None:
                queued += [effect] if effect else []
                effect = ""
            if not await self._one(command, effect, verb):
                return
            if verb in LISTENS:
                await self._listen()
                return

    async def _one(self, command: bytes, effect: str, verb: str) -> bool:
        counts = effect and verb not in WAITS
        if counts and await self.reaper.dies(effect, Side.BEFORE):
            return False
        self.asks.write(command)
        answer = await self._answer()
        if verb in WAITS:
            counts = effect and not _empty(answer)
        if counts and await self.reaper.dies(effect, Side.AFTER):
            return False
        self.answers.write(answer)
        await self.answers.drain()
        return True

    async def _answer(self) -> bytes:
        """What the server says by itself is passed on before it."""
        while (found := await message(self.server)).startswith(b">"):
            if found.split(b"\r\n")[2].lower() in {b"subscribe", b"psubscribe"}:
                return found
            self.answers.write(found)
        return found

    async def _listen(self) -> None:
        """Both ways, whatever comes."""
        ways = [
            asyncio.create_task(_pour(self.client, self.asks)),
            asyncio.create_task(_pour(self.server, self.answers)),
        ]
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        for way in ways:
            way.cancel()


def _empty(answer: bytes) -> bool:
    """Whether a read of a stream, or a claim of what others left, brought nothing."""
    return (
        answer.startswith(NOTHING)
        or b"\r\n*0\r\n*" in answer[:40]
        or answer.endswith(b"0-0\r\n*0\r\n*0\r\n")
    )


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(ConnectionError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


@asynccontextmanager
async def redis_door(reaper: Reaper, redis_url: str, folder: Path) -> AsyncIterator[str]:
    """The URL to give to the process. `folder` is for a socket: its path is short."""
    path = folder / "r"
    door = RedisDoor(reaper, redis_url.removeprefix("unix://"))
    server = await asyncio.start_unix_server(door.handle, path, limit=2**26)
    try:
        yield f"unix://{path}"
    finally:
        server.close()
        await door.close()
