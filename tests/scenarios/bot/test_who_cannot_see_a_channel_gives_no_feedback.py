"""Feedback counts from people who can see the reply; crafted payloads change nothing."""

import json
import time
from urllib.parse import quote

import httpx
import pytest

from bot.domain.conversation import Reply
from bot.sandbox.dispatcher import signature
from tests.factories import ASKER, CHANNEL, CURATOR, GUEST, MANAGERS, TEAM
from tests.fakes.workplace import BOT, Json, until
from tests.scenarios.bot.conftest import SECRET, Office

pytestmark = pytest.mark.anyio


async def answered(office: Office, *, channel: str = MANAGERS, by: str = CURATOR) -> Json:
    ts = await office.people.ask(by, "@apprentice How many days of leave?", channel=channel)
    message = await office.people.see(
        "the answer",
        lambda m: m.get("thread_ts") == ts and "apprentice_reply" in str(m.get("metadata")),
        user=by,
        channel=channel,
    )
    return {**message, "channel": channel}


async def kept(office: Office, message: Json) -> list[str]:
    """Who has a verdict on this reply."""
    reply_id = f"{message['channel']}:{message['thread_ts']}"
    return [given.user for given in await office.verdicts.of_reply(TEAM, reply_id)]


async def send(office: Office, payload: Json) -> httpx.Response:
    body = f"payload={quote(json.dumps(payload))}"
    headers = {"Content-Type": "application/x-www-form-urlencoded", **signature(SECRET, body)}
    async with httpx.AsyncClient() as http:
        return await http.post(f"{office.bot_url}/slack/events", content=body, headers=headers)


def submission(reply_id: str, user: str, text: str = "25 days.") -> Json:
    return {
        "type": "view_submission",
        "team": {"id": TEAM, "domain": "hoshi-bakery"},
        "user": {"id": user, "team_id": TEAM},
        "view": {
            "id": "V1",
            "type": "modal",
            "callback_id": "correction",
            "private_metadata": json.dumps({"reply_id": reply_id}),
            "state": {"values": {"correction": {"correction": {"value": text}}}},
        },
    }


def click(message: Json, user: str, value: str = "up") -> Json:
    return {
        "type": "block_actions",
        "team": {"id": TEAM, "domain": "hoshi-bakery"},
        "user": {"id": user, "team_id": TEAM},
        "trigger_id": "1.2.3",
        "container": {"type": "message", "channel_id": message["channel"]},
        "message": {"ts": message["ts"], "user": BOT, "thread_ts": message["thread_ts"]},
        "actions": [
            {
                "type": "feedback_buttons",
                "action_id": "feedback",
                "block_id": "b",
                "value": value,
                "action_ts": f"{time.time():.6f}",
            }
        ],
    }


async def test_a_member_of_a_private_channel_votes_and_an_outsider_does_not(
    office: Office,
) -> None:
    message = await answered(office)
    assert (await send(office, click(message, ASKER))).status_code == 200
    await office.people.click(CURATOR, message, "feedback", "up")
    assert await kept(office, message) == [CURATOR]


async def test_an_outsiders_correction_is_refused_in_a_sentence(office: Office) -> None:
    message = await answered(office)
    reply_id = f"{MANAGERS}:{message['thread_ts']}"
    answer = (await send(office, submission(reply_id, ASKER))).json()
    assert "not in the channel" in answer["errors"]["correction"]
    assert await kept(office, message) == []


async def test_an_outsiders_reaction_is_no_vote(office: Office) -> None:
    message = await answered(office)
    event = {
        "type": "reaction_added",
        "user": ASKER,
        "reaction": "+1",
        "item": {"type": "message", "channel": MANAGERS, "ts": message["ts"]},
        "item_user": BOT,
        "event_ts": f"{time.time():.6f}",
    }
    body = json.dumps(
        {
            "type": "event_callback",
            "team_id": TEAM,
            "event_id": "Ev1",
            "event": event,
            "authorizations": [{"team_id": TEAM, "user_id": BOT, "is_bot": True}],
        }
    )
    headers = {"Content-Type": "application/json", **signature(SECRET, body)}
    async with httpx.AsyncClient() as http:
        await http.post(f"{office.bot_url}/slack/events", content=body, headers=headers)
    assert await kept(office, message) == []


async def test_a_guest_votes_where_they_are_invited_and_nowhere_else(office: Office) -> None:
    here = await answered(office, channel=CHANNEL)
    there = await answered(office, channel="C0HANDBOOK")
    await office.people.click(GUEST, here, "feedback", "up")
    await send(office, click(there, GUEST))
    assert await kept(office, here) == [GUEST]
    assert await kept(office, there) == []


async def test_anyone_of_the_workspace_may_correct_in_a_public_channel(office: Office) -> None:
    channel = await office.people.new_channel(CURATOR, "ovens")
    message = await answered(office, channel=channel)
    await send(office, submission(f"{channel}:{message['thread_ts']}", ASKER))
    assert await kept(office, message) == [ASKER]


async def test_a_reply_that_the_workspace_does_not_have_changes_nothing(office: Office) -> None:
    answer = (await send(office, submission("C0OTHERTEAM:1.0", CURATOR))).json()
    assert "not one of my replies" in answer["errors"]["correction"]
    assert sum((await office.workspace.dataset.counts()).values()) == 0


async def test_while_slack_does_not_say_nothing_is_kept_and_the_modal_stays(
    office: Office,
) -> None:
    message = await answered(office)
    await office.people.refuse("internal_error", "conversations.info", times=5)
    answer = await send(office, submission(f"{MANAGERS}:{message['thread_ts']}", CURATOR))
    assert "try again" in answer.json()["errors"]["correction"]
    assert await kept(office, message) == []


async def test_a_reply_whose_conversation_is_not_kept_says_so(office: Office) -> None:
    message = await answered(office, channel=CHANNEL)
    await office.turns.forget(TEAM, f"{CHANNEL}:{message['thread_ts']}")
    await office.people.click(CURATOR, message, "feedback", "down")
    view = await office.people.view(CURATOR)
    assert "keep nothing of this conversation" in str(view["blocks"])


async def test_who_wants_nothing_kept_is_told_that_feedback_would_be(office: Office) -> None:
    message = await answered(office, channel=CHANNEL)
    chosen = await office.preferences.person(TEAM, CURATOR)
    await office.preferences.save_person(
        TEAM, CURATOR, chosen.model_copy(update={"opted_out": True})
    )
    await office.people.click(CURATOR, message, "feedback", "down")
    view = await office.people.view(CURATOR)
    assert "store nothing of yours" in str(view["blocks"])
    assert await kept(office, message) == []


async def test_a_question_with_pictures_makes_no_example_and_the_corrector_hears_why(
    office: Office,
) -> None:
    message = await answered(office, channel=CHANNEL)
    reply_id = f"{CHANNEL}:{message['thread_ts']}"
    reply = await office.turns.reply(TEAM, reply_id)
    assert isinstance(reply, Reply)
    turn = await office.turns.get(TEAM, reply_id)
    assert turn is not None
    await office.turns.save_reply(turn, reply.model_copy(update={"images": 1}))
    await office.people.correct(CURATOR, message, "25 days.")
    await office.people.whisper(CURATOR, having="came with pictures")
    assert sum((await office.workspace.dataset.counts()).values()) == 0


async def test_the_reason_and_the_note_travel_with_the_example(office: Office) -> None:
    message = await answered(office, channel=CHANNEL)
    await office.people.click(ASKER, message, "feedback", "down")
    view = await office.people.view(ASKER)
    await office.people.submit(
        ASKER, view, correction="25 days.", reason="outdated", note="ask mari@example.com"
    )
    example_id = f"reply-{CHANNEL}:{message['thread_ts']}-{ASKER}"
    made = await until("the example", lambda: office.workspace.dataset.get(example_id))
    assert made.fault == "outdated"
    assert "ask " in made.note
    assert "mari@example.com" not in made.note
