"""FALLBACK_MODEL: asked once, said to be it, and not to say what was refused for its content."""

import pytest

from bot.texts import EN
from tests.factories import ASKER, CHANNEL, TEAM
from tests.fakes.openai_account import Scripted
from tests.scenarios.bot.conftest import POLICY, Office

pytestmark = pytest.mark.anyio
CHAT = "POST /v1/chat"


@pytest.fixture(autouse=True)
def spare(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(POLICY, "FALLBACK_MODEL", "spare")
    monkeypatch.setattr("bot.tasks.answering.ATTEMPTS", 1)


async def answer(office: Office) -> str:
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    said = str(await office.people.answer(ts))
    reply = await office.turns.reply(TEAM, f"{CHANNEL}:{ts}")
    assert reply is None or reply.fallback == (reply.model == "spare")
    return said


async def test_it_answers_for_a_model_that_is_gone_and_the_reply_says_so(office: Office) -> None:
    office.models.unknown_models.add("base")
    said = await answer(office)
    assert "spare heard: hello?" in said
    assert EN.chat.by_fallback in said


async def test_it_answers_for_a_model_that_stays_away(office: Office) -> None:
    office.models.fault(CHAT, status=503, times=3)  # the request and what the SDK repeats
    assert "spare heard: hello?" in await answer(office)


async def test_it_is_not_asked_what_the_champion_answers(office: Office) -> None:
    said = await answer(office)
    assert "base heard: hello?" in said
    assert EN.chat.by_fallback not in said


async def test_it_is_not_asked_to_say_what_was_refused(office: Office) -> None:
    office.models.queue(Scripted("First you take", finish_reason="content_filter"))
    said = await answer(office)
    assert EN.chat.sorry_content in said
    assert "First you take" not in said
    assert [chat.model for chat in office.models.chats] == ["base"]


async def test_where_it_cannot_either_people_hear_of_the_first_trouble(office: Office) -> None:
    office.models.unknown_models |= {"base", "spare"}
    assert EN.chat.sorry_gone in await answer(office)
    assert [chat.model for chat in office.models.chats] == ["base", "spare"]
