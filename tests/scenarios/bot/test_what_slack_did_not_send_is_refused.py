"""Signatures, timestamps and roles: what is refused changes nothing."""

import json
import time
from urllib.parse import urlencode

import httpx
import pytest

from bot.sandbox.dispatcher import signature
from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR, TEAM
from tests.scenarios.bot.conftest import SECRET, Office

pytestmark = pytest.mark.anyio

MENTION = json.dumps(
    {
        "type": "event_callback",
        "team_id": TEAM,
        "event_id": "Ev1",
        "event": {
            "type": "app_mention",
            "user": ASKER,
            "channel": CHANNEL,
            "ts": "1732170000.000100",
            "text": "<@U0APPRENTI> hello",
        },
        "authorizations": [{"team_id": TEAM, "user_id": "U0APPRENTI", "is_bot": True}],
    }
)
STALE = 6 * 60  # seconds; Slack's own limit is five minutes


async def post(office: Office, body: str, headers: dict[str, str]) -> httpx.Response:
    async with httpx.AsyncClient() as http:
        content_type = "application/json" if body.startswith("{") else FORM
        return await http.post(
            f"{office.bot_url}/slack/events",
            content=body,
            headers={"Content-Type": content_type, **headers},
        )


FORM = "application/x-www-form-urlencoded"


async def nothing_changed(office: Office) -> bool:
    snapshot = await office.service.docket.snapshot()
    asked = [
        task
        for task in (*snapshot.future, *snapshot.running)
        if task.function_name not in ("sweep", "watch")  # these come by the clock
    ]
    return not asked and not office.models.chats and not await office.workspace.runs.list()


FORGERIES = {
    "no signature": lambda _now: {},
    "another secret": lambda _now: signature("another secret", MENTION),
    "another body": lambda _now: signature(SECRET, MENTION + " "),
    "too old": lambda now: signature(SECRET, MENTION, now - STALE),
    "from the future": lambda now: signature(SECRET, MENTION, now + STALE),
    "no time at all": lambda _now: {
        **signature(SECRET, MENTION),
        "X-Slack-Request-Timestamp": "soon",
    },
}


@pytest.mark.parametrize("forgery", FORGERIES)
async def test_a_request_that_slack_did_not_sign_is_turned_away(
    office: Office, forgery: str
) -> None:
    headers = FORGERIES[forgery](int(time.time()))
    assert (await post(office, MENTION, headers)).status_code in (400, 401)
    assert await nothing_changed(office)


async def test_a_forged_admin_command_starts_nothing(office: Office) -> None:
    body = urlencode(
        {
            "command": "/retrain",
            "team_id": TEAM,
            "user_id": ADMIN,
            "channel_id": CHANNEL,
            "text": "",
        }
    )
    assert (await post(office, body, signature("guess", body))).status_code == 401
    assert await nothing_changed(office)


async def test_the_same_request_well_signed_is_taken(office: Office) -> None:
    assert (await post(office, MENTION, signature(SECRET, MENTION))).status_code == 200


async def test_a_body_that_is_too_long_is_turned_away(office: Office) -> None:
    body = json.dumps({"text": "x" * 1_100_000})
    assert (await post(office, body, signature(SECRET, body))).status_code == 413


@pytest.mark.parametrize("user", [ASKER, CURATOR])
@pytest.mark.parametrize("word", ["", "status", "cancel", "promote", "rollback"])
async def test_retrain_by_a_non_admin_says_so_and_changes_nothing(
    office: Office, user: str, word: str
) -> None:
    answer = await office.people.command(user, word)
    assert "Only admins" in answer["ack"]
    assert not (await office.people.state(user))["views"]
    assert await nothing_changed(office)
