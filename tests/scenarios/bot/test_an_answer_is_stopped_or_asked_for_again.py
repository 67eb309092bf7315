"""Stop while it is written, and "Try again" afterwards: by the asker or a curator, once."""

import asyncio
from collections.abc import Iterator

import pytest

from bot.domain.preferences import ChannelSettings
from bot.texts import EN
from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR, GUEST, TEAM
from tests.fakes.openai_account import Scripted
from tests.fakes.workplace import Json, until
from tests.scenarios.bot.conftest import Office

pytestmark = pytest.mark.anyio
LONG = "This answer is long enough to be streamed in several pieces, one after another. " * 4


@pytest.fixture
def gate(office: Office) -> Iterator[asyncio.Event]:
    """Opened at the end at the latest: the provider's stub waits for its streams."""
    event = asyncio.Event()
    yield event
    event.set()


async def begun(office: Office, gate: asyncio.Event) -> tuple[str, Json]:
    """A question whose answer stands there in part."""
    office.models.queue(Scripted(LONG, gate=gate, gate_after=40))
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    return ts, await office.people.see("the answer to be streamed", lambda m: m["streaming"])


async def settled(office: Office, ts: str) -> None:
    """Wait until nothing is left to be done about a question."""

    async def done() -> bool:
        turn = await office.turns.get(TEAM, f"{CHANNEL}:{ts}")
        return turn is not None and (await office.turns.state(turn)).answered

    await until("the question to be settled", done)


@pytest.mark.parametrize("user", [ASKER, CURATOR, ADMIN])
async def test_a_stopped_answer_keeps_what_was_written(
    office: Office, gate: asyncio.Event, user: str
) -> None:
    ts, message = await begun(office, gate)
    asked = await office.turns.get(TEAM, f"{CHANNEL}:{ts}")
    assert asked is not None
    await office.people.click(user, message, "stop_reply", asked.turn_id)
    answer = await office.people.answer(ts)
    gate.set()
    reply = await office.turns.reply_at(TEAM, CHANNEL, answer["ts"])
    assert reply is not None
    assert reply.stopped
    assert reply.content
    assert LONG.startswith(reply.content)
    assert "feedback_buttons" in str(answer)


async def test_somebody_else_cannot_stop_it_and_is_told(
    office: Office, gate: asyncio.Event
) -> None:
    ts, message = await begun(office, gate)
    await office.people.click(GUEST, message, "stop_reply", f"{CHANNEL}:{ts}")
    await office.people.whisper(GUEST, having=EN.chat.stop_not_yours)
    gate.set()
    assert LONG.strip() in str(await office.people.answer(ts))


async def test_an_answer_stopped_before_its_first_word_says_so(
    office: Office, gate: asyncio.Event
) -> None:
    office.models.queue(Scripted(LONG, gate=gate))
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    await until("the model to be asked", lambda: office.models.chats)
    asked = await office.turns.get(TEAM, f"{CHANNEL}:{ts}")
    assert asked is not None
    await office.turns.stop(asked)
    assert EN.chat.stopped_early in str(await office.people.answer(ts))
    gate.set()


async def test_try_again_rewrites_the_answer_where_it_stands(office: Office) -> None:
    office.models.queue("first")
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    first = await office.people.answer(ts)
    await office.people.click(CURATOR, first, "feedback", "up")
    await office.people.shortcut(ASKER, first, "try_again")
    again = await office.people.see(
        "the new answer", lambda m: "base heard: hello?" in str(m) and m["ts"] == first["ts"]
    )
    assert "first" not in str(again["blocks"])
    assert len(await office.people.answers(ts)) == 1
    turn_id = f"{CHANNEL}:{ts}"
    [vote] = await office.verdicts.of_reply(TEAM, turn_id)
    assert vote.user == CURATOR
    assert await office.verdicts.of_reply(TEAM, f"{turn_id}~1") == []


async def test_two_shortcuts_at_once_are_one_new_answer(
    office: Office, gate: asyncio.Event
) -> None:
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    first = await office.people.answer(ts)
    office.models.queue(Scripted("once more", gate=gate))
    await asyncio.gather(
        *[office.people.shortcut(ASKER, first, "try_again") for _ in range(2)],
    )
    gate.set()
    await office.people.see("the new answer", lambda m: "once more" in str(m))
    asked = await office.turns.get(TEAM, f"{CHANNEL}:{ts}")
    assert asked is not None
    assert asked.revision == 1
    assert len(office.models.chats) == 2


async def test_somebody_else_cannot_have_it_answered_again(office: Office) -> None:
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    await office.people.shortcut(GUEST, await office.people.answer(ts), "try_again")
    await office.people.whisper(GUEST, having=EN.chat.again_not_yours)
    assert len(office.models.chats) == 1


async def test_what_is_no_answer_cannot_be_answered_again(office: Office) -> None:
    ts = await office.people.ask(ASKER, "good morning")
    [message] = [m for m in await office.people.messages() if m["ts"] == ts]
    await office.people.shortcut(ASKER, message, "try_again")
    await office.people.whisper(ASKER, having=EN.chat.again_unknown)


async def test_an_apology_can_be_tried_again(office: Office) -> None:
    office.models.fault("POST /v1/chat", status=400)
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    apology = await office.people.answer(ts)
    assert EN.chat.sorry_refused in str(apology)
    await settled(office, ts)
    await office.people.shortcut(ASKER, apology, "try_again")
    await office.people.see(
        "the answer", lambda m: "base heard" in str(m) and m["ts"] == apology["ts"]
    )


async def test_a_new_answer_that_fails_leaves_the_old_one_with_a_note(office: Office) -> None:
    office.models.queue("first", Scripted(""), "third")
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    first = await office.people.answer(ts)
    await settled(office, ts)
    await office.people.shortcut(ASKER, first, "try_again")
    noted = await office.people.see("the note", lambda m: EN.chat.sorry_empty in str(m["blocks"]))
    assert noted["ts"] == first["ts"]
    assert "'first'" in str(noted["blocks"])
    assert noted["metadata"]["event_payload"]["reply_id"] == f"{CHANNEL}:{ts}"
    stands = await office.turns.reply_at(TEAM, CHANNEL, first["ts"])
    assert stands is not None
    assert (stands.content, stands.reply_id) == ("first", f"{CHANNEL}:{ts}")
    await settled(office, ts)
    await office.people.click(CURATOR, noted, "feedback", "up")

    async def voted() -> bool:
        return bool(await office.verdicts.of_reply(TEAM, stands.reply_id))

    await until("the vote to count for it", voted)
    await office.people.shortcut(ASKER, noted, "try_again")
    third = await office.people.see("the third answer", lambda m: "third" in str(m["blocks"]))
    assert EN.chat.sorry_empty not in str(third)


async def test_a_closed_channel_keeps_the_answers_that_stand_there(office: Office) -> None:
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    first = await office.people.answer(ts)
    await office.preferences.save_channel(TEAM, CHANNEL, ChannelSettings(allowed=False))
    for _ in range(2):  # the second one is not even told so
        await office.people.shortcut(ASKER, first, "try_again")
        await office.people.see("the note", lambda m: EN.chat.closed_here in str(m["blocks"]))
        await settled(office, ts)
    assert "base heard: hello?" in str((await office.people.answer(ts))["blocks"])
    stands = await office.turns.reply_at(TEAM, CHANNEL, first["ts"])
    assert stands is not None
    assert stands.content == "base heard: hello?"
    assert len(office.models.chats) == 1
