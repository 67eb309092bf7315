"""Slack's keys are read to their end, however they arrive, within a bound."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiohttp
import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from bot.errors import SurfaceUnavailable
from bot.slack.signing_keys import MOST, SigningKeys

pytestmark = pytest.mark.anyio
KEY = generate_private_key(public_exponent=65537, key_size=2048).public_key()


def document(filling: int = 0) -> bytes:
    key = jwt.algorithms.RSAAlgorithm.to_jwk(KEY, as_dict=True)
    named = {**key, "kid": "a", "alg": "RS256", "use": "sig"}
    return json.dumps({"keys": [named], "filling": "x" * filling}).encode()


@asynccontextmanager
async def keys(content: bytes) -> AsyncIterator[SigningKeys]:
    """From a server that sends its answer in two parts, the second when the first was read."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(content)}\r\nConnection: close\r\n\r\n"
        writer.write(head.encode() + content[:300])
        await writer.drain()
        await begun.wait()
        writer.write(content[300:])
        writer.close()

    begun = asyncio.Event()
    traced = aiohttp.TraceConfig()

    async def arrived(*_: object) -> None:
        begun.set()

    traced.on_response_chunk_received.append(arrived)
    traced.on_request_end.append(arrived)
    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with server, aiohttp.ClientSession(trace_configs=[traced]) as session:
        yield SigningKeys(session, f"http://127.0.0.1:{port}/")


async def test_an_answer_in_two_parts_is_read_as_a_whole() -> None:
    async with keys(document()) as found:
        assert await found.find("a") is not None


async def test_an_answer_that_is_too_long_is_none() -> None:
    async with keys(document(filling=MOST)) as found:
        with pytest.raises(SurfaceUnavailable):
            await found.find("a")
