"""Bytes that no HTTP client sends, against the bot as a process: refused, forgotten, survived."""

import asyncio
import json
from collections.abc import Iterator
from urllib.parse import quote

import httpx
import pytest
from redis.asyncio import Redis

from bot.sandbox.dispatcher import signature
from tests.factories import ASKER
from tests.fakes.rude_client import Answered, head, in_pieces, send
from tests.scenarios.bot.conftest import SECRET, Branch

pytestmark = pytest.mark.anyio

PATH = "/slack/events"
JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
DEEP = "[" * 100_000
BIG = b"x" * 64_000
Rude = dict[str, tuple[int | tuple[int, ...], list[bytes] | Iterator[bytes]]]


def delivery(body: bytes, kind: dict[str, str] = JSON, **changes: str) -> list[bytes]:
    """Signed, whatever it is."""
    signed = signature(SECRET, body.decode("latin-1")) if body.isascii() else _signed(body)
    headers = {**kind, **signed, "Content-Length": str(len(body)), **changes}
    return [head(PATH, headers), body]


def _signed(body: bytes) -> dict[str, str]:
    return signature(SECRET, body.decode("utf-8", "replace"))


def endless() -> Iterator[bytes]:
    while True:
        yield BIG


def forged(body: bytes = b"{}") -> list[bytes]:
    headers = {**JSON, **signature("a guess", body.decode()), "Content-Length": str(len(body))}
    return [head(PATH, headers), body]


def get(target: str, **headers: str) -> list[bytes]:
    return [head(target, headers, "GET")]


def rude() -> Rude:
    """Made when it is sent: a signature is good for five minutes."""
    guess = signature("a guess", "{}")
    return {
        "a guess": (401, forged()),
        "no signature": (401, [head(PATH, {**JSON, "Content-Length": "2"}), b"{}"]),
        "a signature of another alphabet": (
            401,
            delivery(b"{}", **{"X-Slack-Signature": "v0=\xe9"}),
        ),
        "a length of a gigabyte": (413, [head(PATH, {**JSON, "Content-Length": "1000000000"})]),
        "a length of many digits": (400, [head(PATH, {**JSON, "Content-Length": "9" * 19})]),
        "a length below nothing": (400, [head(PATH, {**JSON, "Content-Length": "-1"})]),
        "two lengths": (
            400,
            [
                b"POST /slack/events HTTP/1.1\r\nHost: b\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"
            ],
        ),
        "a body without length or end": (
            413,
            (
                piece
                for part in (
                    [head(PATH, {**JSON, **guess, "Transfer-Encoding": "chunked"})],
                    in_pieces(endless()),
                )
                for piece in part
            ),
        ),
        "an unfinished head that grows": (
            400,
            iter([b"GET / HTTP/1.1\r\nX: ", *[b"y" * 4_000] * 8]),
        ),
        "a large head": (431, get("/healthz", **{f"X-{n}": "y" * 300 for n in range(60)})),
        "many headers": (431, get("/healthz", **{f"X-{n}": "y" for n in range(150)})),
        "a long address": (414, get("/curate?" + "y" * 9_000)),
        "an address with a zero in it": ((200, 403, 404), get("/curate/static/%00")),
        "broken percent signs": ((400, 404), get("/curate/%zz%ff%fe")),
        "the way up": (404, get("/curate/static/../../../etc/passwd")),
        "the way up, written otherwise": (404, get("/learn/static/%2e%2e%2f%2e%2e%2fpages.py")),
        "another protocol": (400, [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", b"\n\n"]),
        "a web socket": (
            (404, 405),
            get(PATH, Upgrade="websocket", Connection="Upgrade", **{"Sec-WebSocket-Version": "13"}),
        ),
        "signed, deep": (400, delivery(DEEP.encode())),
        "signed, deep, in a form": (400, delivery(f"payload={DEEP}".encode(), FORM)),
        "signed, no text": (400, delivery(b"\xff\xfe\xfd{}")),
        "signed, not finished": (400, delivery(b'{"type": ')),
        "signed, a list": (400, delivery(b"[]")),
        "signed, half a character": (400, delivery(b'{"event": {"text": "\\ud800"}}')),
        "signed, no number": (400, delivery(b'{"event_time": NaN}')),
        "signed, two payloads": (400, delivery(b"payload=%7B%7D&payload=%7B%7D", FORM)),
        "signed, no payload": (404, delivery(b"something=else", FORM)),
        "signed, another content type": (415, delivery(b"{}", {"Content-Type": "text/plain"})),
        "signed, JSON that says it is a form": (400, delivery(b'{"type": "event_callback"}', FORM)),
        "signed, of a shape that nobody knows": (
            (200, 400, 404),
            delivery(json.dumps({"authorizations": "x", "event": 7, "team": [1]}).encode()),
        ),
        "signed, a form of a shape that nobody knows": (
            (200, 400, 404),
            delivery(
                f"payload={quote(json.dumps({'type': 'block_actions', 'actions': 3}))}".encode(),
                FORM,
            ),
        ),
    }


def slow() -> dict[str, list[bytes]]:
    """Never finished."""
    guess = signature("a guess", "{}")
    return {
        "a head by the byte": [b"POST /slack/events HTTP/1.1\r\nX-Slow: "],
        "nothing at all": [],
        "a body by the byte": [head(PATH, {**JSON, **guess, "Content-Length": "100"}), b"{"],
        "a form by the byte": [head("/curate/x/approve", {**FORM, "Content-Length": "100"}), b"f"],
    }


async def test_what_is_rude_is_refused_and_changes_nothing(branch: Branch, redis_url: str) -> None:
    port = int(branch.bot.environment["PORT"])
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        before = await _kept(redis)
        wrong = {}
        for name, (expected, pieces) in rude().items():
            answered = await send(port, pieces)
            wanted = expected if isinstance(expected, tuple) else (expected,)
            if answered.status not in wanted or _tells_too_much(answered):
                wrong[name] = answered
        assert not wrong
        assert await _kept(redis) == before
    assert "Traceback" not in branch.bot.log()
    assert SECRET not in branch.bot.log()
    ts = await branch.people.ask(ASKER, "@apprentice still there?")
    await branch.people.answer(ts)


async def test_who_takes_too_long_is_cut_off(branch: Branch) -> None:
    port = int(branch.bot.environment["PORT"])
    begun_by = slow()
    answers = await asyncio.gather(
        *(send(port, begun, drip=bool(begun)) for begun in begun_by.values())
    )
    ended = dict(zip(begun_by, answers, strict=True))
    assert {name: answered.status for name, answered in ended.items()} == {
        "a head by the byte": 0,
        "nothing at all": 0,
        "a body by the byte": 408,
        "a form by the byte": 408,
    }
    async with httpx.AsyncClient() as http:
        url = f"http://127.0.0.1:{port}/healthz"
        assert (await http.get(url)).status_code == 200
    assert "Traceback" not in branch.bot.log()


async def _kept(redis: Redis) -> set[str]:
    """Less what comes by the clock, and what a signed form leaves for ten minutes."""
    names = {str(name) async for name in redis.scan_iter(count=1000)}
    return {
        name for name in names if not name.startswith(("apprentice-tasks", "apprentice:replay:"))
    }


def _tells_too_much(answered: Answered) -> bool:
    return any(word in answered.text for word in ("Traceback", "Error(", "site-packages", SECRET))
