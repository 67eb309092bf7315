"""Between a process and a server that it asks over HTTP: each request that is no GET is an effect."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from urllib.parse import urlsplit

from tests.fakes.crashing.reaper import Reaper, Side

_LENGTH = re.compile(rb"(?im)^content-length: *(\d+)")


@dataclass
class HttpDoor:
    """`effect` names a request by "METHOD /path"; empty where nothing is changed."""

    reaper: Reaper
    target: str
    effect: Callable[[str], str]

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One connection, one request: each answer ends it."""
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            request = await _request(reader)
            method, path, _ = request.split(b" ", 2)
            effect = self.effect(f"{method.decode()} {path.decode().partition('?')[0]}")
            if not effect or not await self.reaper.dies(effect, Side.BEFORE):
                await self._passed(request, effect, writer)
        writer.close()

    async def _passed(self, request: bytes, effect: str, writer: asyncio.StreamWriter) -> None:
        address = urlsplit(self.target)
        theirs, ours = await asyncio.open_connection(address.hostname, address.port, limit=2**26)
        try:
            ours.write(request)
            if effect:  # whole, so that it is done before anybody dies
                answer = await theirs.read()
                if not await self.reaper.dies(effect, Side.AFTER):
                    writer.write(answer)
                    await writer.drain()
                return
            while data := await theirs.read(65536):
                writer.write(data)
                await writer.drain()
        finally:
            ours.close()


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    if length := _LENGTH.search(head):
        body = await reader.readexactly(int(length[1]))
    elif re.search(rb"(?im)^transfer-encoding: *chunked", head):
        body = b""
        while not body.endswith(b"0\r\n\r\n"):
            size = await reader.readline()
            body += size + await reader.readexactly(int(size, 16) + 2)
    else:
        body = b""
    head = re.sub(rb"(?im)^connection:.*\r\n", b"", head)
    return head[:-2] + b"Connection: close\r\n\r\n" + body


def of_provider(request: str) -> str:
    """Everything but looking."""
    return "" if request.startswith("GET ") else f"provider {request}"


_LOOKS = re.compile(r"\.(info|list|history|replies|test|members|open|permalink)$|auth\.|getUser")


def of_slack(request: str) -> str:
    """Methods that change what people see. `views.open` and `conversations.open` change nothing."""
    method = request.partition(" ")[2].removeprefix("/api/")
    return "" if _LOOKS.search(method) else f"slack {method}"


@asynccontextmanager
async def http_door(
    reaper: Reaper, target: str, effect: Callable[[str], str]
) -> AsyncIterator[str]:
    """The URL to give to the process, with the path of `target`."""
    door = HttpDoor(reaper, target, effect)
    server = await asyncio.start_server(door.handle, "127.0.0.1", 0, limit=2**26)
    port = server.sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}{urlsplit(target).path}"
    finally:
        server.close()
