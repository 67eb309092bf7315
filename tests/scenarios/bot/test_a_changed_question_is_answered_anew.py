"""The asker edits the question: before, while and after it is answered, and out of order."""

import asyncio

import pytest

from bot.texts import EN
from tests.factories import ASKER, CHANNEL, CURATOR, TEAM
from tests.fakes.openai_account import Scripted
from tests.fakes.signed_events import BOT, changed, deliver, message
from tests.fakes.workplace import Json, until
from tests.scenarios.bot.conftest import SECRET, Office

pytestmark = pytest.mark.anyio
HELLO = f"<@{BOT}> hello?"
WORDS = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen " * 3


async def noted(office: Office, ts: str) -> Json:
    """The answer, once the bot knows as well that it stands there."""
    answer = await office.people.answer(ts)

    async def known() -> bool:
        turn = await office.turns.get(TEAM, f"{CHANNEL}:{ts}")
        return turn is not None and (await office.turns.state(turn)).answered

    await until("the answer to be noted", known)
    return answer


async def test_the_new_question_is_answered_in_place_of_one_being_answered(office: Office) -> None:
    gate = asyncio.Event()
    office.models.queue(Scripted(WORDS, gate=gate, gate_after=30))
    ts = await office.people.ask(ASKER, "@apprentice how old?")
    await until("the model to be asked", lambda: office.models.chats)
    await office.people.edit(ASKER, ts, "@apprentice how tall?")
    answer = await office.people.answer(ts)
    gate.set()
    assert "base heard: how tall?" in str(answer)
    assert "thirteen" not in str(answer)
    assert len(await office.people.answers(ts)) == 1
    of_bot = [m for m in await office.people.messages() if m.get("user") == BOT]
    assert len(of_bot) == 1


async def test_an_answered_question_is_offered_anew_and_rewritten_in_place(office: Office) -> None:
    ts = await office.people.ask(ASKER, "@apprentice how old?")
    first = await noted(office, ts)
    await office.people.edit(ASKER, ts, "@apprentice how tall?")
    offer = await office.people.whisper(ASKER, having=EN.chat.edited)
    await office.people.click(ASKER, offer, "answer_again", f"{CHANNEL}:{ts}")
    rewritten = await office.people.see(
        "the new answer", lambda m: "base heard: how tall?" in str(m) and m["ts"] == first["ts"]
    )
    assert len(await office.people.answers(ts)) == 1
    assert "feedback_buttons" in str(rewritten)
    asked = await office.turns.get(TEAM, f"{CHANNEL}:{ts}")
    assert asked is not None
    assert (asked.text, asked.revision) == ("how tall?", 1)
    old = await office.turns.reply(TEAM, f"{CHANNEL}:{ts}")
    assert old is not None
    assert "how old?" in old.content


async def test_two_clicks_on_the_offer_are_one_new_answer(office: Office) -> None:
    ts = await office.people.ask(ASKER, "@apprentice how old?")
    await noted(office, ts)
    await office.people.edit(ASKER, ts, "@apprentice how tall?")
    offer = await office.people.whisper(ASKER, having=EN.chat.edited)
    click = office.people.click(ASKER, offer, "answer_again", f"{CHANNEL}:{ts}")
    again = office.people.click(ASKER, offer, "answer_again", f"{CHANNEL}:{ts}")
    await asyncio.gather(click, again, return_exceptions=True)
    await office.people.see("the new answer", lambda m: "base heard: how tall?" in str(m))
    await office.people.quiet()
    assert len(office.models.chats) == 2


async def test_the_offer_is_seen_by_the_asker_alone(office: Office) -> None:
    ts = await office.people.ask(ASKER, "@apprentice how old?")
    await noted(office, ts)
    await office.people.edit(ASKER, ts, "@apprentice how tall?")
    await office.people.whisper(ASKER, having=EN.chat.edited)
    known = await office.turns.offered(TEAM, f"{CHANNEL}:{ts}")
    assert known is not None
    assert await office.people.whispers(CURATOR) == []


async def test_a_preview_of_a_link_changes_no_question(office: Office) -> None:
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    await office.people.answer(ts)
    preview = {"attachments": [{"from_url": "https://example.com", "title": "A page"}]}
    unfurled = changed(HELLO, ts, before=HELLO, **preview)
    unfurled["message"].pop("edited")
    assert await deliver(office.bot_url, SECRET, unfurled) == 200
    assert await deliver(office.bot_url, SECRET, changed(HELLO, ts, before=HELLO)) == 200
    assert await office.people.whispers(ASKER) == []
    assert len(office.models.chats) == 1


async def test_an_edit_that_overtakes_its_message_is_what_is_answered(office: Office) -> None:
    ts = await office.people.ask(ASKER, "how old?")  # for Slack's thread to be there; not for us
    asks = changed(f"<@{BOT}> how tall?", ts, before=f"<@{BOT}> how old?")
    assert await deliver(office.bot_url, SECRET, asks) == 200
    assert office.models.chats == []
    assert await deliver(office.bot_url, SECRET, message(f"<@{BOT}> how old?", ts)) == 200
    assert "how tall?" in str(await office.people.answer(ts))
    assert len(office.models.chats) == 1


async def test_of_two_edits_the_later_one_holds_whichever_comes_first(office: Office) -> None:
    gate = asyncio.Event()
    office.models.queue(Scripted("never", gate=gate))
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    await until("the model to be asked", lambda: office.models.chats)
    last = changed(f"<@{BOT}> third?", ts, before=f"<@{BOT}> second?", at=2e9)
    middle = changed(f"<@{BOT}> second?", ts, before=HELLO, at=1.9e9)
    for event in (last, middle, last):
        assert await deliver(office.bot_url, SECRET, event) == 200
    assert "base heard: third?" in str(await office.people.answer(ts))
    gate.set()
    assert len(office.models.chats) == 2


async def test_a_mention_that_is_added_later_asks(office: Office) -> None:
    ts = await office.people.ask(ASKER, "how old?")
    await office.people.edit(ASKER, ts, "@apprentice how old?")
    assert "base heard: how old?" in str(await office.people.answer(ts))
