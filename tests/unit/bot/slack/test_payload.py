"""Of genuine deliveries, only what can be read, kept and sent on reaches Bolt."""

import json
from urllib.parse import quote, urlencode

import pytest
from starlette.datastructures import Headers

from bot.slack.genuine import Refusal
from bot.slack.payload import FORM, JSON, readable

DEEP = "[" * 100_000 + "]" * 100_000
NESTED = '{"a":' * 300 + "1" + "}" * 300


def status(kind: str, body: str | bytes) -> int:
    raw = body if isinstance(body, bytes) else body.encode()
    found = readable(Headers({"Content-Type": kind}), raw)
    return found.status if isinstance(found, Refusal) else 200


READABLE_JSON = [
    '{"type": "event_callback"}',
    '{"text": "\\ud83d\\ude00 \\u0000 \\u65e5"}',  # an emoji in two halves, a NUL
    json.dumps({"text": "日本語 😀"}, ensure_ascii=False),
    json.dumps({"n": 2**63}),
]
NO_JSON = [
    "",
    "null",
    "[]",
    '"text"',
    "{",
    '{"a": NaN}',
    '{"a": -Infinity}',
    '{"a": ' + "9" * 5000 + "}",
    '{"text": "\\ud800"}',
    '{"\\udc00": 1}',
    DEEP,
    f'{{"a": {DEEP}}}',
    NESTED,
    "payload=%7B%7D",
]


@pytest.mark.parametrize("body", READABLE_JSON)
def test_what_slack_posts_is_readable(body: str) -> None:
    assert status(JSON, body) == 200
    assert status("Application/JSON; charset=utf-8", body) == 200
    assert status(FORM, urlencode({"payload": body})) == 200


@pytest.mark.parametrize("body", NO_JSON, ids=lambda body: body[:20])
def test_what_is_no_json_object_is_not(body: str) -> None:
    assert status(JSON, body) == 400
    assert status(FORM, "payload=" + quote(body)) == 400


NO_FORM = [
    "",
    "command",
    "payload={}&payload={}",
    "text=%zz",
    "text=%ff",
    "text=%",
    '{"type": "event_callback"}',
    "&".join(f"a{number}=1" for number in range(200)),
]


@pytest.mark.parametrize("body", NO_FORM, ids=lambda body: body[:20])
def test_what_is_no_form_is_not_readable(body: str) -> None:
    assert status(FORM, body) == 400


def test_a_command_is_readable() -> None:
    assert status(FORM, urlencode({"command": "/retrain", "text": "状態 & more"})) == 200


@pytest.mark.parametrize(
    "kind", ["", "text/plain", "application/xml", "multipart/form-data; boundary=x"]
)
def test_another_content_type_is_refused(kind: str) -> None:
    assert status(kind, "{}") == 415


def test_two_content_types_are_refused() -> None:
    twice = Headers(raw=[(b"content-type", JSON.encode()), (b"content-type", FORM.encode())])
    found = readable(twice, b"{}")
    assert isinstance(found, Refusal)
    assert found.status == 415
