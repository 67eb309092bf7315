"""What is answered in time, what is given up, and what goes on behind an answer that was late."""

import asyncio
import json
import time
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlencode

import pytest
from slack_bolt.response import BoltResponse
from starlette.requests import Request

from bot.sandbox.dispatcher import signature
from bot.slack import in_time, requests
from bot.slack.genuine import Genuine
from bot.slack.regrets import NOT_STORED, TAKES_LONGER
from bot.slack.requests import AT_ONCE, SlackRequests

pytestmark = pytest.mark.anyio
SECRET = "secret"
JSON, FORM = "application/json", "application/x-www-form-urlencoded"


class Bolt:
    """Takes what it is given, when it is let."""

    def __init__(self) -> None:
        self.given: list[Mapping[str, Any]] = []
        self.let = asyncio.Event()

    async def async_dispatch(self, request: Any) -> BoltResponse:
        self.given.append(request.body)
        await self.let.wait()
        return BoltResponse(status=200, body="done")


class Nothing:
    async def take(self, body: Mapping[str, Any]) -> None:
        return None


class Replays:
    """Notes that cannot be made, where `broken`."""

    broken = False

    async def begin(self, signature: str) -> Literal["ours", "under way", "done"]:
        return "ours"

    async def done(self, signature: str) -> None:
        if self.broken:
            raise ConnectionError

    failed = done


def made(bolt: Any, *, patience: float = 0.1, broken: bool = False) -> SlackRequests:
    replays = Replays()
    replays.broken = broken
    return SlackRequests(bolt, Nothing(), Genuine(SECRET), replays, patience)  # type: ignore[arg-type]


def request(body: str, kind: str) -> Request:
    headers = {"content-type": kind, **signature(SECRET, body)}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body.encode(), "more_body": False}

    raw = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    scope = {"type": "http", "method": "POST", "path": "/", "query_string": b"", "headers": raw}
    return Request(scope, receive)


def event(number: int) -> Request:
    return request(json.dumps({"type": "event_callback", "event": {"n": number}}), JSON)


def command(text: str = "rollback") -> Request:
    return request(urlencode({"command": "/retrain", "text": text, "at": time.time()}), FORM)


async def test_what_finds_no_room_in_time_is_given_up_for_good() -> None:
    bolt = Bolt()
    slack = made(bolt)
    answers = await asyncio.gather(*(slack.delivery(event(n)) for n in range(3 * AT_ONCE)))
    assert {answer.status_code for answer in answers} == {503}
    assert len(in_time._LATE) == AT_ONCE
    bolt.let.set()
    while in_time._LATE:
        await asyncio.sleep(0)
    assert len(bolt.given) == AT_ONCE
    assert (await slack.delivery(event(0))).status_code == 200


async def test_nothing_begins_while_too_much_is_late(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(in_time, "MOST", 2)
    bolt = Bolt()
    slack = made(bolt)
    for number in range(5):
        assert (await slack.delivery(event(number))).status_code == 503
    assert len(bolt.given) == 2
    bolt.let.set()
    while in_time._LATE:
        await asyncio.sleep(0)


async def test_who_waits_for_what_has_begun_is_not_told_that_it_failed() -> None:
    bolt = Bolt()
    answer = await made(bolt).delivery(command())
    assert json.loads(bytes(answer.body))["text"] == TAKES_LONGER
    bolt.let.set()


async def test_who_finds_no_room_reads_that_nothing_was_stored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(requests, "AT_ONCE", 0)
    bolt = Bolt()
    answer = await made(bolt).delivery(command())
    assert json.loads(bytes(answer.body))["text"] == NOT_STORED
    assert bolt.given == []


async def test_what_acted_is_answered_though_it_cannot_be_noted() -> None:
    bolt = Bolt()
    bolt.let.set()
    answer = await made(bolt, patience=5, broken=True).delivery(command())
    assert (answer.status_code, answer.body) == (200, b"done")


async def test_the_first_error_is_told_though_it_cannot_be_noted(
    capsys: pytest.CaptureFixture[str],
) -> None:
    class Broken:
        async def async_dispatch(self, request: Any) -> BoltResponse:
            raise RuntimeError("the first")

    answer = await made(Broken(), patience=5, broken=True).delivery(command())
    assert json.loads(bytes(answer.body))["text"] == NOT_STORED
    said = capsys.readouterr()
    assert "the first" in (said.out + said.err).split("delivery_failed")[-1]


async def test_bolt_reads_a_form_as_we_do() -> None:
    bolt = Bolt()
    bolt.let.set()
    await made(bolt, patience=5).delivery(command("payload"))
    assert bolt.given[0]["text"] == "payload"
