"""Bodies are read as a whole, within a size and a time; what all of them hold together is bounded."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.web import limits
from bot.web.limits import Limits

pytestmark = pytest.mark.anyio


async def measured(scope: Scope, receive: Receive, send: Send) -> None:
    """Says how much came."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


def client(app: Limits) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot")


async def pieces(*sizes: int, gate: asyncio.Event | None = None) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size
    if gate is not None:
        await gate.wait()


async def test_a_body_comes_whole() -> None:
    async with client(Limits(measured)) as http:
        assert (await http.post("/", content=pieces(10, 20, 30))).text == "60"
        assert (await http.get("/")).text == "0"


async def test_a_long_body_is_refused_before_its_end() -> None:
    async with client(Limits(measured)) as http:
        answer = await http.post("/", content=pieces(limits.BODY, 1, gate=asyncio.Event()))
        assert answer.status_code == 413


async def test_a_body_that_takes_too_long_is_refused() -> None:
    async with client(Limits(measured, seconds=0.01)) as http:
        answer = await http.post("/", content=pieces(1, gate=asyncio.Event()))
        assert answer.status_code == 408


async def test_bodies_together_hold_only_so_much(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELD", 1000)
    gate, app = asyncio.Event(), Limits(measured)
    async with client(app) as http:
        first = asyncio.create_task(http.post("/", content=pieces(900, gate=gate)))
        while not app._held:
            await asyncio.sleep(0)
        assert (await http.post("/", content=pieces(200))).status_code == 503
        gate.set()
        assert (await first).text == "900"
        assert (await http.post("/", content=pieces(900))).text == "900"


async def test_what_comes_before_the_body_has_its_limits_too() -> None:
    async with client(Limits(measured)) as http:
        assert (await http.get("/?" + "q" * limits.TARGET)).status_code == 414
        many = {f"x-{number}": "y" for number in range(limits.HEADERS)}
        assert (await http.get("/", headers=many)).status_code == 431
        assert (await http.get("/", headers={"x": "y" * limits.HEADER_BYTES})).status_code == 431
