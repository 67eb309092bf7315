"""USER_RATE_LIMIT: a friendly sentence with the minutes to wait, and no question is lost."""

import pytest
from redis.asyncio import Redis

from bot.domain.preferences import PersonSettings
from bot.texts import EN
from tests.factories import ASKER, CHANNEL, CURATOR, TEAM
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import POLICY, Office

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(POLICY, "USER_RATE_LIMIT", "2")


async def test_the_third_question_is_told_how_long_to_wait(office: Office) -> None:
    await office.people.copies(3)  # what is delivered again does not count again
    for question in ("one", "two"):
        ts = await office.people.ask(ASKER, f"@apprentice {question}")
        assert f"base heard: {question}" in str(await office.people.answer(ts))
    ts = await office.people.ask(ASKER, "@apprentice three")
    told = str(await office.people.answer(ts))
    assert "2 questions in ten minutes" in told
    assert "10 minutes" in told
    assert len(office.models.chats) == 2


async def test_others_may_still_ask(office: Office) -> None:
    for question in ("one", "two", "three"):
        ts = await office.people.ask(ASKER, f"@apprentice {question}")
        await office.people.answer(ts)
    ts = await office.people.ask(CURATOR, "@apprentice four")
    assert "base heard: four" in str(await office.people.answer(ts))


async def test_the_question_is_answered_by_try_again_later(office: Office, redis_url: str) -> None:
    for question in ("one", "two", "three"):
        ts = await office.people.ask(ASKER, f"@apprentice {question}")
        told = await office.people.answer(ts)
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        await redis.delete(f"apprentice:{{{TEAM}}}:quota:questions:{ASKER}")  # ten minutes pass
    await office.people.shortcut(ASKER, told, "try_again")
    await office.people.see(
        "the answer", lambda m: "base heard: three" in str(m) and m["ts"] == told["ts"]
    )


async def test_who_opted_out_is_not_told_to_try_again(office: Office) -> None:
    await office.preferences.save_person(TEAM, ASKER, PersonSettings(opted_out=True))
    for question in ("one", "two", "three"):
        ts = await office.people.ask(ASKER, f"@apprentice {question}")
        told = str(await office.people.answer(ts))
    assert EN.chat.ask_then in told
    assert "Try again" not in told


async def test_what_is_answered_again_counts_for_nobody(office: Office) -> None:
    office.models.queue("first", "second")
    ts = await office.people.ask(ASKER, "@apprentice one")
    answer = await office.people.answer(ts)
    turn_id = f"{CHANNEL}:{ts}"

    async def settled() -> bool:
        turn = await office.turns.get(TEAM, turn_id)
        return turn is not None and (await office.turns.state(turn)).answered

    await until("the question to be settled", settled)
    await office.people.shortcut(CURATOR, answer, "try_again")
    await office.people.see("the second answer", lambda m: "second" in str(m["blocks"]))
    for user in (ASKER, CURATOR):
        taken = await office.redis.zrange(f"apprentice:{{{TEAM}}}:quota:questions:{user}", 0, -1)
        assert taken == ([turn_id] if user == ASKER else [])
