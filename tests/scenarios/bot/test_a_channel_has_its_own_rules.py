"""Per channel: allowed or not, a fixed model, a system prompt of its own."""

import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisPreferences
from bot.domain.preferences import ChannelSettings
from bot.texts import EN, JA
from tests.factories import ASKER, CHANNEL, TEAM
from tests.scenarios.bot.conftest import Office

pytestmark = pytest.mark.anyio


async def choose(redis_url: str, **chosen: object) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        settings = ChannelSettings.model_validate(chosen)
        await RedisPreferences(redis).save_channel(TEAM, CHANNEL, settings)


async def test_a_channel_where_it_is_off_is_told_so_once_in_a_thread(
    office: Office, redis_url: str
) -> None:
    await choose(redis_url, allowed=False)
    root = await office.people.ask(ASKER, "@apprentice hello?")
    assert EN.chat.closed_here in str(await office.people.answer(root))
    await office.people.ask(ASKER, "@apprentice really?", thread=root)
    await office.people.ask(ASKER, "nobody there", thread=root)
    other = await office.people.ask(ASKER, "@apprentice and here?")
    assert EN.chat.closed_here in str(await office.people.answer(other))
    await office.people.quiet()
    assert len(await office.people.answers(root)) == 1
    assert office.models.chats == []


async def test_a_direct_message_is_answered_all_the_same(office: Office, redis_url: str) -> None:
    await choose(redis_url, allowed=False)
    ts = await office.people.ask(ASKER, "hello?", channel="D0ASKER001")
    await office.people.answer(ts, channel="D0ASKER001")


async def test_a_channel_s_own_model_and_system_prompt_are_used(
    office: Office, redis_url: str
) -> None:
    await choose(redis_url, model="cheap", system_prompt="Speak like a pirate.")
    ts = await office.people.ask(ASKER, "@apprentice hello?")
    assert "cheap heard" in str(await office.people.answer(ts))
    [asked] = office.models.chats
    assert asked.model == "cheap"
    assert asked.messages[0] == {"role": "system", "content": "Speak like a pirate."}


async def test_a_channel_s_own_language_is_spoken(office: Office, redis_url: str) -> None:
    await choose(redis_url, language="ja")
    ts = await office.people.ask(ASKER, "@apprentice")
    assert JA.chat.greeting in str(await office.people.answer(ts))
