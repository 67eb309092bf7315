"""Who opted out is answered, and nothing of it stays but a mark that it was."""

import asyncio

import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisPreferences
from bot.domain.preferences import PersonSettings
from tests.factories import ASKER, CHANNEL, CURATOR, TEAM
from tests.fakes.everything import everything
from tests.fakes.openai_account import Scripted
from tests.fakes.signed_events import BOT, deliver, message
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import SECRET, Office

pytestmark = pytest.mark.anyio
SECRET_WORD = "rutabaga"


@pytest.fixture
async def shy(redis_url: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        await RedisPreferences(redis).save_person(TEAM, ASKER, PersonSettings(opted_out=True))


async def kept(redis_url: str) -> str:
    """All that the database holds, as far as it is text."""
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        return await everything(redis, "apprentice:*")


async def forgotten(office: Office, ts: str) -> None:
    async def gone() -> bool:
        return await office.turns.get(TEAM, f"{CHANNEL}:{ts}") is None

    await until("the turn to be forgotten", gone)


async def test_the_answer_has_no_buttons_and_leaves_nothing_stored(
    shy: None, office: Office, redis_url: str
) -> None:
    ts = await office.people.ask(ASKER, f"@apprentice what is {SECRET_WORD}?")
    answer = await office.people.answer(ts)
    assert SECRET_WORD in str(answer)
    assert "feedback_buttons" not in str(answer)
    await forgotten(office, ts)
    assert SECRET_WORD not in await kept(redis_url)


async def test_a_redelivery_is_not_answered_twice(shy: None, office: Office) -> None:
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    await office.people.answer(ts)
    await forgotten(office, ts)
    assert await deliver(office.bot_url, SECRET, message(f"<@{BOT}> hello?", ts)) == 200
    assert await office.turns.get(TEAM, f"{CHANNEL}:{ts}") is None
    assert len(office.models.chats) == 1


async def test_it_is_no_history_for_others_but_the_thread_goes_on(
    shy: None, office: Office
) -> None:
    ts = await office.people.ask(ASKER, f"@apprentice what is {SECRET_WORD}?")
    await office.people.answer(ts)
    await forgotten(office, ts)
    await office.people.ask(CURATOR, "and is it good?", thread=ts)
    await office.people.answer(ts, number=2)
    assert SECRET_WORD not in str(office.models.chats[1].messages[:-1])


async def test_what_stood_in_a_thread_before_is_read_but_not_kept(
    shy: None, office: Office, redis_url: str
) -> None:
    root = await office.people.ask(ASKER, f"We have {SECRET_WORD} for lunch.")
    ts = await office.people.ask(ASKER, "@apprentice is that good?", thread=root)
    await office.people.answer(root)
    assert SECRET_WORD in str(office.models.chats[0].messages)
    await forgotten(office, ts)
    assert SECRET_WORD not in await kept(redis_url)


async def test_what_they_said_before_is_not_shown_for_somebody_elses_question(
    shy: None, office: Office, redis_url: str
) -> None:
    root = await office.people.ask(ASKER, f"We have {SECRET_WORD} for lunch.")
    await office.people.ask(CURATOR, "@apprentice is that good?", thread=root)
    await office.people.answer(root)
    assert "is that good?" in str(office.models.chats[0].messages)
    assert SECRET_WORD not in str(office.models.chats[0].messages)
    assert SECRET_WORD not in await kept(redis_url)


async def test_opting_out_while_one_is_answered_leaves_no_half_answer(
    office: Office, redis_url: str
) -> None:
    gate = asyncio.Event()
    office.models.queue(Scripted(f"{SECRET_WORD} and more. " * 20, gate=gate, gate_after=20))
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    await office.people.see("the answer to be streamed", lambda m: m["streaming"])
    await office.people.choose(ASKER, await office.people.home(ASKER), "home_opt_out")

    async def wished() -> bool:
        return (await office.preferences.person(TEAM, ASKER)).opted_out

    await until("the wish to be kept", wished)
    gate.set()

    async def done() -> bool:
        ours = [m for m in await office.people.messages() if m.get("user") == BOT]
        return not any("stop_reply" in str(m["blocks"]) or m["streaming"] for m in ours)

    await until("nothing half written to stand there", done)
    await forgotten(office, ts)
    assert "feedback_buttons" not in str(await office.people.messages())
    assert SECRET_WORD not in await kept(redis_url)
