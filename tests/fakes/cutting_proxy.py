"""A TCP proxy between a client and the provider stub which makes trouble by a plan.

    async with cutting("http://127.0.0.1:1234", plan) as proxy:
        …                     # give proxy.url to the client
        proxy.made            # the trouble it has made so far

Each request takes the next entry of the plan: `PASS` it on, `CUT` the connection in the middle of
the answer's body, `RESET` it before the request is passed on, or answer by itself: with a status
(429, 500), or like the `PORTAL` of a hotel with a page of its own. After the plan, everything passes. One request for each connection, so that each is cut
for itself.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

PASS, CUT, RESET, PORTAL = "pass", "cut", "reset", "portal"
Trouble = str | int


@dataclass
class CuttingProxy:
    """What it will do, and has done."""

    target: str
    plan: list[Trouble]
    url: str = ""
    made: list[Trouble] = field(default_factory=list)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            await self._answer(reader, writer)
        writer.close()
        with suppress(ConnectionError):
            await writer.wait_closed()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request = await _request(reader)
        trouble = self.plan.pop(0) if self.plan else PASS
        if trouble != PASS:
            self.made.append(trouble)
        if trouble == RESET:
            writer.transport.abort()
        elif trouble == PORTAL:
            writer.write(_answer("200 OK", "text/html", b"<html>Accept our terms!</html>"))
            await writer.drain()
        elif isinstance(trouble, int):
            writer.write(_refusal(trouble))
            await writer.drain()
        else:
            answer = await self._passed(request)
            head, _, body = answer.partition(b"\r\n\r\n")
            kept = len(head) + 4 + len(body) // 2 if trouble == CUT else len(answer)
            writer.write(answer[:kept])
            await writer.drain()

    async def _passed(self, request: bytes) -> bytes:
        address = urlsplit(self.target)
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        writer.write(request)
        answer = await reader.read()
        writer.close()
        return answer


async def _request(reader: asyncio.StreamReader) -> bytes:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"content-length: *(\d+)", head, re.IGNORECASE)
    body = await reader.readexactly(int(length[1])) if length else b""
    head = re.sub(rb"(?im)^connection:.*\r\n", b"", head)
    return head[:-2] + b"Connection: close\r\n\r\n" + body


def _refusal(status: int) -> bytes:
    body = b'{"error": {"message": "later", "type": "server_error", "code": null}}'
    return _answer(f"{status} Trouble\r\nretry-after-ms: 20", "application/json", body)


def _answer(start: str, kind: str, body: bytes) -> bytes:
    head = f"HTTP/1.1 {start}\r\nContent-Type: {kind}\r\nContent-Length: {len(body)}\r\n"
    return f"{head}Connection: close\r\n\r\n".encode() + body


@asynccontextmanager
async def cutting(target: str, plan: Iterable[Trouble]) -> AsyncIterator[CuttingProxy]:
    """Listen on a free port of this machine."""
    proxy = CuttingProxy(target, list(plan))
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    proxy.url = f"http://127.0.0.1:{port}{urlsplit(target).path}"
    async with server:
        yield proxy
