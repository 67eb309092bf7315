"""Slack refuses, or is away: no answer is lost or mixed up, no run stops, no process ends."""

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.transport import WebClient
from tests.factories import ADMIN, ASKER, CURATOR
from tests.fakes.openai_account import Scripted
from tests.fakes.signed_events import deliver
from tests.fakes.workplace import Json, until
from tests.scenarios.bot.conftest import SECRET, Branch, Office, job

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]

SHOWING = ("chat.startStream", "chat.postMessage")
LONG = "This answer is long enough to be streamed in several pieces, one after another. " * 4


async def test_an_answer_that_slack_will_not_show_stops_nothing_else(branch: Branch) -> None:
    await branch.people.refuse("is_archived", *SHOWING)
    ts = await branch.people.ask(ASKER, "@apprentice in the archive?")
    await until("the refusal", lambda: "answer_not_shown" in branch.bot.log())
    later = await branch.people.ask(ASKER, "@apprentice elsewhere?")
    await branch.people.answer(later)
    assert await branch.people.answers(ts) == []


async def test_while_slack_is_away_the_answer_waits_and_the_model_is_asked_once(
    office: Office,
) -> None:
    await office.people.refuse("internal_error", *SHOWING, times=4)
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    await office.people.answer(ts)
    assert len(office.models.chats) == 1


async def test_nobody_overtakes_a_turn_that_waits_for_slack(office: Office) -> None:
    first = await office.people.ask(ASKER, "@apprentice one")
    await office.people.answer(first)
    await office.people.refuse("internal_error", *SHOWING, times=3)
    await office.people.ask(ASKER, "two", thread=first)
    await office.people.ask(ASKER, "three", thread=first)
    await office.people.answer(first, number=3)
    texts = [str(message) for message in await office.people.answers(first)]
    assert ["one" in texts[0], "two" in texts[1], "three" in texts[2]] == [True, True, True]


async def test_two_troubled_turns_of_a_thread_do_not_write_into_each_other(
    office: Office,
) -> None:
    """The first has no model at first, the second's answer breaks off in the middle."""
    first = await office.people.ask(ASKER, "@apprentice one")
    await office.people.answer(first)
    office.models.fault("POST /v1/chat", status=503, times=3)
    await office.people.ask(ASKER, "two", thread=first)
    await office.people.ask(ASKER, "three", thread=first)
    await until("the model to be asked again", lambda: len(office.models.chats) > 1)
    office.models.queue(Scripted(LONG, breaks_after=30))
    await office.people.answer(first, number=3)
    texts = [str(message) for message in await office.people.answers(first)]
    assert len(texts) == 3
    assert "heard: two" in texts[1]
    assert "heard: three" in texts[2]


async def private_channel(branch: Branch) -> str:
    """A channel of the admin's that the bot is not in."""
    body = {"user": ADMIN, "name": "admins", "is_private": True, "with_bot": False}
    answer = await branch.people.http.post("/sandbox/api/channels", json=body)
    return str(answer.json()["channel"])


async def test_a_run_started_where_the_bot_may_not_post_is_told_of_directly(
    branch: Branch,
) -> None:
    branch.models.answer = lambda model, _messages: "20 days." if model == "base" else "25 days."
    ts = await branch.people.ask(ASKER, "@apprentice How many days?")
    await branch.people.correct(CURATOR, await branch.people.answer(ts), "25 days.")
    await until("thanks", lambda: branch.people.whispers(CURATOR))
    channel = await private_channel(branch)
    await branch.people.command(ADMIN, channel=channel)
    await branch.people.submit(ADMIN, await branch.people.view(ADMIN))
    branch.models.finish((await job(branch.models)).job_id, "ft:base:better")

    async def told() -> Json | None:
        found = await branch.people.messages(f"D{ADMIN[1:]}", ADMIN)
        return next((m for m in found if "promoted" in m["text"]), None)

    await until("the admin to be told directly", told)
    assert await branch.people.messages(channel, ADMIN) == []


async def test_listeners_have_the_client_that_knows_a_gateways_words(office: Office) -> None:
    given: list[AsyncWebClient] = []

    @office.service.bolt.event("channel_rename")
    async def renamed(client: AsyncWebClient) -> None:
        given.append(client)

    event = {"type": "channel_rename", "channel": {"id": "C0GENERAL1"}, "event_ts": "1.000100"}
    assert await deliver(office.bot_url, SECRET, event) == 200
    assert [type(client) for client in given] == [WebClient]
