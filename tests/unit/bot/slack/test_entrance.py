"""What Slack hears of a message by the short way, where something fails."""

from types import SimpleNamespace
from typing import Any

import pytest
from slack_bolt.authorization import AuthorizeResult

from bot.slack.entrance import Entrance

pytestmark = pytest.mark.anyio


async def authorize(**_who: object) -> AuthorizeResult:
    return AuthorizeResult(
        enterprise_id=None, team_id="T1", bot_user_id="UBOT", bot_id="B1", bot_token="x"
    )


def body(**changes: object) -> dict[str, Any]:
    event = {
        "type": "message",
        "channel": "D1",
        "channel_type": "im",
        "user": "U1",
        "text": "hello",
        "ts": "1732170001.000100",
    }
    return {
        "type": "event_callback",
        "team_id": "T1",
        "api_app_id": "A1",
        "event_id": "Ev1",
        "event": {k: v for k, v in (event | changes).items() if v is not None},
    }


async def take(*_turn: object) -> None:
    """Fails in a way that looks like a payload of a strange shape."""
    raise ValueError


def entrance() -> Entrance:
    return Entrance(authorize, SimpleNamespace(take=take))  # type: ignore[arg-type]


async def test_what_fails_after_the_message_was_read_is_asked_for_again() -> None:
    assert await entrance().take(body()) == 503


async def test_a_message_of_a_shape_that_nobody_expected_is_taken() -> None:
    assert await entrance().take(body(channel=None)) == 200


async def test_where_nobody_knows_who_we_are_it_is_asked_for_again() -> None:
    async def fail(**_who: object) -> AuthorizeResult:
        raise KeyError

    assert await Entrance(fail, SimpleNamespace()).take(body()) == 503  # type: ignore[arg-type]


@pytest.mark.parametrize("odd", [7, "T1", {"team_id": "T1"}, [7]])
async def test_authorizations_of_a_strange_shape_are_left_to_bolt(odd: object) -> None:
    assert await entrance().take({**body(), "authorizations": odd}) is None
