"""Bodies are read as a whole, within a size and a time; what all of them hold together is bounded."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from bot.web import limits
from bot.web.limits import Limits

pytestmark = pytest.mark.anyio
SLACK = "/slack"
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def measured(scope: Scope, receive: Receive, send: Send) -> None:
    """Says how much came."""
    body = await Request(scope, receive).body()
    await PlainTextResponse(str(len(body)))(scope, receive, send)


def unlike(headers: Headers) -> int | None:
    return 401 if "x-unlike" in headers else None


def limited(**more: float) -> Limits:
    return Limits(measured, path=SLACK, unlike=unlike, **more)


def client(app: Limits) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://bot")


async def pieces(*sizes: int, gate: asyncio.Event | None = None) -> AsyncIterator[bytes]:
    for size in sizes:
        yield b"x" * size
    if gate is not None:
        await gate.wait()


async def test_a_body_comes_whole() -> None:
    async with client(limited()) as http:
        assert (await http.post(SLACK, content=pieces(10, 20, 30))).text == "60"
        assert (await http.post("/", content=pieces(10, 20, 30), headers=FORM)).text == "60"
        assert (await http.get("/")).text == "0"
        assert (await http.post("/")).text == "0"


async def test_a_long_body_is_refused_before_its_end() -> None:
    async with client(limited()) as http:
        for path, most in ((SLACK, limits.BODY), ("/", limits.FORM)):
            endless = pieces(most, 1, gate=asyncio.Event())
            assert (await http.post(path, content=endless, headers=FORM)).status_code == 413
            assert (await http.post(path, content=b"x" * most, headers=FORM)).text == str(most)


async def test_a_body_that_takes_too_long_is_refused() -> None:
    async with client(limited(seconds=0.01)) as http:
        answer = await http.post(SLACK, content=pieces(1, gate=asyncio.Event()))
        assert answer.status_code == 408


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/form-data; boundary=X; charset=punycode",  # which decodes for minutes
        "application/json",
        "application/x-www-form-urlencoded-not",
        "",
    ],
)
async def test_pages_take_forms_in_the_one_encoding_of_our_own(kind: str) -> None:
    async with client(limited()) as http:
        endless = pieces(1, gate=asyncio.Event())
        answer = await http.post("/", content=endless, headers={"Content-Type": kind})
        assert answer.status_code == 415
        twice = [("Content-Type", FORM["Content-Type"]), ("Content-Type", kind)]
        assert (await http.post("/", content=b"x", headers=twice)).status_code == 415
        named = {"Content-Type": f"{FORM['Content-Type'].upper()}; charset=UTF-8"}
        assert (await http.post("/", content=b"x", headers=named)).text == "1"


async def test_nothing_is_read_of_what_cannot_be_a_delivery() -> None:
    async with client(limited()) as http:
        endless = pieces(1, gate=asyncio.Event())
        answer = await http.post(SLACK, content=endless, headers={"X-Unlike": "x"})
        assert answer.status_code == 401


async def test_a_delivery_gets_the_room_of_those_who_stall(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELD", 1000)
    app = limited()
    async with client(app) as http:
        stalling = []
        for number in range(1, 4):
            endless = pieces(300, gate=asyncio.Event())
            stalling.append(asyncio.create_task(http.post(SLACK, content=endless)))
            while app._deliveries.held != number * 300:
                await asyncio.sleep(0)
        assert (await http.post(SLACK, content=pieces(150, 150))).text == "300"
        assert (await stalling[0]).status_code == 503
        assert not stalling[1].done()
        assert (await http.post(SLACK, content=pieces(1000))).text == "1000"
        assert {(await each).status_code for each in stalling} == {503}
        assert (await http.post(SLACK, content=pieces(600, 401))).status_code == 503
        assert app._deliveries.held == 0


async def test_forms_have_a_room_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "HELD", 100)
    async with client(limited()) as http:
        assert (await http.post("/", content=pieces(101), headers=FORM)).text == "101"
        assert (await http.post(SLACK, content=pieces(101), headers=FORM)).status_code == 503


async def test_what_comes_before_the_body_has_its_limits_too() -> None:
    async with client(limited()) as http:
        assert (await http.get("/" + "p" * limits.PATH)).status_code == 414
        assert (await http.get("/?" + "q" * limits.TARGET)).status_code == 414
        many = {f"x-{number}": "y" for number in range(limits.HEADERS)}
        assert (await http.get("/", headers=many)).status_code == 431
        assert (await http.get("/", headers={"x": "y" * limits.HEADER_BYTES})).status_code == 431


FILE = {"Content-Type": "application/octet-stream"}


def taking_files(refused: int | None = None) -> Limits:
    async def asked(scope: Scope) -> int | None:
        return refused

    return Limits(measured, path=SLACK, unlike=unlike, uploading=limits.Uploading("/files", asked))


async def test_a_file_comes_whole_to_its_own_path_alone() -> None:
    async with client(taking_files()) as http:
        more = limits.FORM + 1
        assert (await http.post("/files", content=pieces(more), headers=FILE)).text == str(more)
        assert (await http.post("/files", content=b"x", headers=FORM)).status_code == 415
        multipart = {"Content-Type": "multipart/form-data; boundary=X; charset=punycode"}
        assert (await http.post("/files", content=b"x", headers=multipart)).status_code == 415
        assert (await http.post("/files/", content=b"x", headers=FILE)).status_code == 415
        assert (await http.put("/files", content=b"x", headers=FILE)).status_code == 415
        said = {"Content-Length": str(limits.UPLOAD + 1), **FILE}
        assert (await http.post("/files", content=pieces(1), headers=said)).status_code == 413


async def test_nothing_is_read_of_a_file_from_whoever_may_not_send_one() -> None:
    async with client(taking_files(403)) as http:
        endless = pieces(1, gate=asyncio.Event())
        assert (await http.post("/files", content=endless, headers=FILE)).status_code == 403


async def test_files_have_a_room_of_their_own(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "UPLOADS_HELD", 100)
    async with client(taking_files()) as http:
        assert (await http.post("/files", content=pieces(101), headers=FILE)).status_code == 503
        assert (await http.post(SLACK, content=pieces(101))).text == "101"
