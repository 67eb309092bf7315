"""Bytes on a socket, as no HTTP client would send them."""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

PATIENCE = 25.0  # seconds for the server's answer, or for its closing the connection


@dataclass(frozen=True)
class Answered:
    """`status` is 0 where the connection was closed without a word."""

    status: int
    text: str


def head(path: str, headers: Mapping[str, str], method: str = "POST") -> bytes:
    lines = [f"{method} {path} HTTP/1.1", "Host: bot", *(f"{n}: {v}" for n, v in headers.items())]
    return "\r\n".join([*lines, "", ""]).encode("latin-1")


def in_pieces(body: Iterable[bytes]) -> Iterable[bytes]:
    """Chunked transfer coding: no length is given."""
    for piece in body:
        yield b"%x\r\n%s\r\n" % (len(piece), piece)
    yield b"0\r\n\r\n"


async def send(port: int, pieces: Iterable[bytes], *, drip: bool = False) -> Answered:
    """Write it all, or until the server has enough, and read what it says.

    `drip`: then a byte now and then, for as long as anybody listens.
    """
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    try:
        async with asyncio.timeout(PATIENCE):
            asking = asyncio.create_task(_write(writer, pieces, drip))
            answered = await _read(reader)
            asking.cancel()
            return answered
    finally:
        writer.close()


async def _write(writer: asyncio.StreamWriter, pieces: Iterable[bytes], drip: bool) -> None:
    try:
        for piece in pieces:
            writer.write(piece)
            await writer.drain()
        while drip:
            await asyncio.sleep(0.5)
            writer.write(b"y")
            await writer.drain()
    except ConnectionError:
        pass


async def _read(reader: asyncio.StreamReader) -> Answered:
    try:
        first = await reader.readline()
        if not first:
            return Answered(0, "")
        text, length = "", 0
        while (line := (await reader.readline()).decode("latin-1").strip()) != "":
            text += line + "\n"
            if line.lower().startswith("content-length:"):
                length = int(line.partition(":")[2])
        body = await reader.readexactly(length)
    except (ConnectionError, asyncio.IncompleteReadError):
        return Answered(0, "")
    return Answered(int(first.split()[1]), text + body.decode("utf-8", "replace"))
