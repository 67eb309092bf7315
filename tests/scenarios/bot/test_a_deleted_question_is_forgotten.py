"""The asker deletes the question: nothing of it stays, and what was begun goes with it."""

import asyncio

import pytest

from tests.factories import ASKER, CHANNEL, TEAM
from tests.fakes.openai_account import Scripted
from tests.fakes.signed_events import BOT, deleted, deliver, message
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import SECRET, Office

pytestmark = pytest.mark.anyio
LONG = "This answer is long enough to be streamed in several pieces, one after another. " * 4
HELLO = f"<@{BOT}> hello?"


async def forgotten(office: Office, ts: str) -> None:
    """Wait until the turn is gone."""

    async def gone() -> bool:
        return await office.turns.get(TEAM, f"{CHANNEL}:{ts}") is None

    await until("the turn to be forgotten", gone)


async def test_an_answered_question_is_removed_from_storage(office: Office) -> None:
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    answer = await office.people.answer(ts)
    assert await office.turns.reply(TEAM, f"{CHANNEL}:{ts}") is not None
    await office.people.delete(ASKER, ts)  # the root of a thread with replies: a tombstone
    await forgotten(office, ts)
    assert await office.turns.reply(TEAM, f"{CHANNEL}:{ts}") is None
    assert await office.turns.reply_at(TEAM, CHANNEL, answer["ts"]) is None


async def test_a_deleted_reply_in_a_thread_is_no_history_any_more(office: Office) -> None:
    root = await office.people.ask(ASKER, "@apprentice hello?")
    await office.people.answer(root)
    second = await office.people.ask(ASKER, "my secret?", thread=root)
    await office.people.answer(root, number=2)
    await office.people.delete(ASKER, second)
    await forgotten(office, second)
    await office.people.ask(ASKER, "and now?", thread=root)
    await office.people.answer(root, number=3)
    said = [m["content"] for m in office.models.chats[-1].messages[1:]]
    assert said == ["hello?", "base heard: hello?", "and now?"]


async def test_what_is_being_written_is_stopped_and_taken_away(office: Office) -> None:
    gate = asyncio.Event()
    office.models.queue(Scripted(LONG, gate=gate, gate_after=30))
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    await office.people.see("the answer to be streamed", lambda m: m["streaming"])
    await office.people.delete(ASKER, ts)
    await forgotten(office, ts)
    gate.set()

    async def nothing_there() -> bool:
        return not [m for m in await office.people.messages() if m.get("user") == BOT]

    await until("the answer to be taken away", nothing_there)


async def test_a_deletion_that_overtakes_its_message_leaves_it_unanswered(office: Office) -> None:
    ts = "1732170000.000100"
    assert await deliver(office.bot_url, SECRET, deleted(HELLO, ts)) == 200
    assert await deliver(office.bot_url, SECRET, message(HELLO, ts)) == 200
    assert await office.turns.get(TEAM, f"{CHANNEL}:{ts}") is None
    snapshot = await office.service.docket.snapshot()
    queued = [task.function_name for task in (*snapshot.future, *snapshot.running)]
    assert "answer" not in queued
    assert office.models.chats == []


async def test_a_question_that_is_delivered_again_after_its_deletion_stays_forgotten(
    office: Office,
) -> None:
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    await office.people.answer(ts)
    await office.people.delete(ASKER, ts)
    await forgotten(office, ts)
    assert await deliver(office.bot_url, SECRET, message(HELLO, ts)) == 200
    assert await office.turns.get(TEAM, f"{CHANNEL}:{ts}") is None
    assert len(office.models.chats) == 1
