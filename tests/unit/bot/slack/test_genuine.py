"""What Slack signed passes; everything else is refused by its headers or its hash."""

import time

import pytest
from starlette.datastructures import Headers

from bot.sandbox.dispatcher import signature
from bot.slack.genuine import Genuine, unlike_a_delivery

SECRET, BODY = "the-signing-secret", '{"type": "event_callback"}'


def headers(given: dict[str, str], *more: tuple[str, str]) -> Headers:
    pairs = [*given.items(), *more]
    return Headers(raw=[(name.lower().encode(), value.encode("latin-1")) for name, value in pairs])


def status(given: Headers, body: bytes = BODY.encode(), secret: str = SECRET) -> int:
    refusal = Genuine(secret).refusal(given, body)
    return refusal.status if refusal else 200


def signed(**changes: str) -> dict[str, str]:
    return {**signature(SECRET, BODY), **changes}


def test_what_slack_signed_passes() -> None:
    assert status(headers(signed())) == 200


@pytest.mark.parametrize(
    "stamp", ["soon", "", "-1", "1e9", "1_700", "\uff11\uff17\uff13\uff12", "9" * 5000, " 1"]
)
def test_a_time_that_is_none_is_refused(stamp: str) -> None:
    given = signed() | {"X-Slack-Request-Timestamp": stamp.encode().decode("latin-1")}
    assert status(headers(given)) == 401


@pytest.mark.parametrize(
    "guess", ["", "v0=", "v0=é", "v0=" + "0" * 64, "v1=" + "a" * 64, "x" * 9000]
)
def test_a_signature_that_is_none_is_refused(guess: str) -> None:
    assert status(headers(signed() | {"X-Slack-Signature": guess})) == 401


def test_a_signature_in_other_letters_is_another() -> None:
    given = signed()
    given["X-Slack-Signature"] = given["X-Slack-Signature"].upper().replace("V0", "v0")
    assert status(headers(given)) == 401


@pytest.mark.parametrize("away", [-301, 301, -86_400])
def test_a_signature_far_from_now_is_stale(away: int) -> None:
    assert status(headers(signature(SECRET, BODY, int(time.time()) + away))) == 401


def test_the_signature_of_another_body_is_refused() -> None:
    assert status(headers(signed()), BODY.encode() + b" ") == 401


@pytest.mark.parametrize("twice", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
def test_a_header_given_twice_is_refused(twice: str) -> None:
    given = signed()
    assert status(headers(given, (twice, given[twice]))) == 401


def test_a_body_that_is_no_text_is_refused() -> None:
    assert status(headers(signed()), b"\xff\xfe{}") == 400


@pytest.mark.parametrize("secret", ["", "  "])
def test_without_a_secret_nothing_is_genuine(secret: str) -> None:
    assert status(headers(signature(secret, BODY)), secret=secret) == 401


@pytest.mark.parametrize(
    ("changes", "wanted"),
    [
        ({}, None),
        ({"X-Slack-Signature": "v0=" + "0" * 64}, None),  # which only its body tells
        ({"X-Slack-Signature": "v0=1"}, 401),
        ({"X-Slack-Request-Timestamp": str(int(time.time()) - 301)}, 401),
        ({"X-Slack-Request-Timestamp": "soon"}, 401),
    ],
)
def test_what_cannot_be_a_delivery_is_known_by_its_headers(
    changes: dict[str, str], wanted: int | None
) -> None:
    assert unlike_a_delivery(headers(signed(**changes))) == wanted
    assert unlike_a_delivery(headers({})) == 401
