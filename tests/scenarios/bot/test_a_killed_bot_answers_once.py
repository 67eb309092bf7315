"""kill -9 of the bot, at every point between Slack's delivery and the end of the answer."""

import asyncio

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.texts import EN
from tests.factories import ASKER, CHANNEL, TEAM, turn
from tests.fakes.openai_account import Scripted
from tests.fakes.workplace import Json, until
from tests.scenarios.bot.conftest import Branch, Office

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(120)]

LONG = "This answer is long enough to be streamed in several pieces, one after another. " * 3


async def one_answer(branch: Branch, thread: str) -> str:
    """Wait for the answer, and see that it stays the only one, finished."""
    await branch.people.answer(thread)
    await branch.people.quiet()
    everything = [
        m
        for m in await branch.people.messages()
        if m.get("user") == "U0APPRENTI" and m.get("thread_ts") == thread and not m["ephemeral"]
    ]
    assert len(everything) == 1, everything
    assert not everything[0]["streaming"]
    assert "feedback_buttons" in str(everything[0])
    return str(everything[0])


async def test_killed_before_the_delivery_the_question_comes_again(branch: Branch) -> None:
    await branch.bot.kill()
    ts = await branch.people.ask(ASKER, "@apprentice hello?")
    await asyncio.sleep(0.2)  # Slack's first attempts meet a closed port
    await branch.bot.start()
    await one_answer(branch, ts)


async def test_killed_between_ack_and_answer_it_answers_once(branch: Branch) -> None:
    waiting = Scripted("never said", gate=asyncio.Event())
    branch.models.queue(waiting)
    ts = await branch.people.ask(ASKER, "@apprentice hello?")
    await until("the model to be asked", lambda: branch.models.chats)
    await branch.people.quiet()  # acknowledged, both as app_mention and as message
    await branch.bot.kill()
    await branch.bot.start()
    assert "base heard" in await one_answer(branch, ts)


async def test_killed_while_streaming_it_finishes_the_same_message(branch: Branch) -> None:
    gate = asyncio.Event()
    branch.models.queue(Scripted(LONG, gate=gate, gate_after=20))
    branch.models.answer = lambda _model, _messages: "Said in one go."
    ts = await branch.people.ask(ASKER, "@apprentice hello?")

    async def streaming() -> Json | None:
        found = [m for m in await branch.people.messages() if m["streaming"]]
        return found[0] if found else None

    begun = await until("the answer to be streamed", streaming)
    await branch.bot.kill()
    gate.set()
    await branch.bot.start()
    answer = await one_answer(branch, ts)
    assert begun["ts"] in answer
    assert "Said in one go." in answer
    assert "several pieces" not in answer


async def test_killed_three_times_over_it_still_answers_once(branch: Branch) -> None:
    branch.models.queue(*[Scripted("no", gate=asyncio.Event()) for _ in range(3)])
    ts = await branch.people.ask(ASKER, "@apprentice hello?")
    for number in range(3):
        await until("the model to be asked", lambda asked=number: len(branch.models.chats) > asked)
        await branch.bot.kill()
        await branch.bot.start()
    await one_answer(branch, ts)


async def test_a_message_begun_but_never_noted_is_taken_over(office: Office) -> None:
    """As after a kill between Slack's startStream and the note of where it is."""
    ts = await office.people.ask(ASKER, "How many days?")  # no mention: nobody answers yet
    asked = turn("How many days?", ts=ts, thread_ts=ts)
    slack = AsyncWebClient(
        token="xoxb-sandbox-bot", base_url=office.service.settings.slack_base_url
    )
    orphan = await slack.chat_startStream(
        channel=asked.channel,
        thread_ts=ts,
        markdown_text="20 da",
        recipient_team_id=TEAM,
        recipient_user_id=ASKER,
    )
    await office.turns.accept(asked)
    await office.turns.start(asked)
    queue = office.service.docket.add("answer", key="after-the-kill")
    await queue(team=TEAM, turn_id=asked.turn_id, thread=asked.thread_id)
    message = await office.people.answer(ts)
    assert message["ts"] == orphan["ts"]
    assert "base heard: How many days?" in str(message)
    of_bot = [m for m in await office.people.messages() if m.get("user") == "U0APPRENTI"]
    assert len(of_bot) == 1


async def test_killed_while_streaming_and_stopped_before_a_new_word_it_leaves_what_was_read(
    branch: Branch,
) -> None:
    gate, never = asyncio.Event(), asyncio.Event()
    branch.models.queue(Scripted(LONG, gate=gate, gate_after=40), Scripted(LONG, gate=never))
    ts = await branch.people.ask(ASKER, "@apprentice hello?")
    begun = await branch.people.see("the answer to be streamed", lambda m: m["streaming"])
    await branch.bot.kill()
    gate.set()
    await branch.bot.start()
    await until("the model to be asked again", lambda: len(branch.models.chats) > 1)
    await branch.people.click(ASKER, begun, "stop_reply", f"{CHANNEL}:{ts}")
    answer = await one_answer(branch, ts)
    never.set()
    assert "This answer is long enough" in answer
    assert EN.chat.stopped in answer
    assert begun["ts"] in answer
