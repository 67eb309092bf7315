"""USER_RATE_LIMIT: a friendly sentence with the minutes to wait, and no question is lost."""

import pytest
from redis.asyncio import Redis

from tests.factories import ASKER, CURATOR, TEAM
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
