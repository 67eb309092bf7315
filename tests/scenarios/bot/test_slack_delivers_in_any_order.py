"""Slack promises no order: what was said first may arrive last."""

import json

import httpx
import pytest

from bot.sandbox.dispatcher import signature
from tests.factories import ASKER, CHANNEL, CURATOR, TEAM
from tests.scenarios.bot.conftest import SECRET, Office

pytestmark = pytest.mark.anyio


async def deliver(office: Office, ts: str, thread: str, text: str) -> None:
    """A message event by hand, of a message that everyone else saw before."""
    event = {
        "type": "message",
        "channel_type": "channel",
        "user": CURATOR,
        "channel": CHANNEL,
        "ts": ts,
        "thread_ts": thread,
        "text": text,
    }
    body = json.dumps(
        {
            "type": "event_callback",
            "team_id": TEAM,
            "event_id": f"Ev{ts}",
            "event": event,
            "authorizations": [{"team_id": TEAM, "user_id": "U0APPRENTI", "is_bot": True}],
        }
    )
    headers = {"Content-Type": "application/json", **signature(SECRET, body)}
    async with httpx.AsyncClient() as http:
        answer = await http.post(f"{office.bot_url}/slack/events", content=body, headers=headers)
        assert answer.status_code == 200


async def test_what_was_said_before_the_call_is_no_question_when_it_arrives_after_it(
    office: Office,
) -> None:
    root = await office.people.ask(CURATOR, "The oven is broken.")
    before = f"{float(root) + 0.000_01:.6f}"
    called = await office.people.ask(ASKER, "@apprentice whom do I call?", thread=root)
    await office.people.answer(root)
    assert before < called
    await deliver(office, before, root, "Since this morning.")
    await office.people.ask(ASKER, "and then?", thread=root)
    await office.people.answer(root, number=2)
    asked = [chat.messages[-1]["content"] for chat in office.models.chats]
    # Named, since two people speak here.
    assert asked == ["aiko: whom do I call?", "aiko: and then?"]
