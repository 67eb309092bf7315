"""Slack delivers in any order, and a mention perhaps at its third try: no reply after it is lost."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest
from redis.exceptions import ConnectionError as RedisAway

from bot.adapters.redis.accepting import Accepting
from bot.slack.entrance import Entrance
from tests.factories import ADMIN, ASKER, CURATOR
from tests.fakes.signed_events import BOT, deliver, message
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import SECRET, Office

pytestmark = pytest.mark.anyio


@dataclass
class Deaf:
    """What the sandbox delivered while nobody listened; the test delivers it by hand."""

    times: int = 0
    said: list[str] = field(default_factory=list)


@asynccontextmanager
async def deaf(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Deaf]:
    lost = Deaf()

    async def take(*_delivery: object) -> int:
        lost.times += 1
        return 200

    with monkeypatch.context() as patch:
        patch.setattr(Entrance, "take", take)
        yield lost


async def test_a_reply_that_overtook_its_mention_is_answered_after_it(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with deaf(monkeypatch) as lost:
        root = await office.people.ask(ASKER, "@apprentice first?")
        second = await office.people.ask(CURATOR, "and the second?", thread=root)
        await until("both to be delivered", lambda: lost.times == 3)
    reply = message("and the second?", second, thread_ts=root, user=CURATOR)
    assert await deliver(office.bot_url, SECRET, reply) == 200
    await asyncio.sleep(0.9)  # far longer than anybody could wait for the mention
    assert office.models.chats == []
    assert await deliver(office.bot_url, SECRET, message(f"<@{BOT}> first?", root)) == 200
    assert "heard: first?" in str(await office.people.answer(root))
    assert "and the second?" in str(await office.people.answer(root, number=2))
    assert await office.redis.keys("apprentice:*heard*") == []


async def test_a_reply_that_came_while_the_mention_was_refused_is_answered(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with deaf(monkeypatch) as lost:
        root = await office.people.ask(ASKER, "@apprentice first?")
        second = await office.people.ask(ASKER, "and the second?", thread=root)
        await until("both to be delivered", lambda: lost.times == 3)
    mention = message(f"<@{BOT}> first?", root)

    async def away(*_accepted: object) -> bool:
        raise RedisAway

    with monkeypatch.context() as patch:
        patch.setattr(Accepting, "accept", away)
        assert await deliver(office.bot_url, SECRET, mention, "Ev1") == 503
    reply = message("and the second?", second, thread_ts=root)
    assert await deliver(office.bot_url, SECRET, reply) == 200
    assert await deliver(office.bot_url, SECRET, mention, "Ev1") == 200
    assert "and the second?" in str(await office.people.answer(root, number=2))
    assert len(office.models.chats) == 2


async def test_what_was_said_before_the_mention_stays_history(office: Office) -> None:
    root = await office.people.ask(CURATOR, "The oven is broken.")
    await office.people.ask(ADMIN, "Since this morning.", thread=root)
    await until("it to be heard", lambda: office.redis.keys("apprentice:*heard*"))
    await office.people.ask(ASKER, "@apprentice whom do I call?", thread=root)
    await office.people.answer(root)
    await office.people.ask(ASKER, "and then?", thread=root)
    await office.people.answer(root, number=2)
    asked = [str(chat.messages[-1]["content"]) for chat in office.models.chats]
    assert len(asked) == 2
    assert asked[0].endswith("whom do I call?")
    assert asked[1].endswith("and then?")
    assert "Since this morning." in str(office.models.chats[0].messages)


async def test_of_a_thread_without_the_bot_only_the_time_is_kept_and_not_for_long(
    office: Office,
) -> None:
    root = await office.people.ask(CURATOR, "The oven is broken.")
    said = await office.people.ask(ADMIN, "Since this morning.", thread=root)
    [place] = await until("it to be heard", lambda: office.redis.keys("apprentice:*heard*"))
    assert await office.redis.zrange(place, 0, -1) == [said]
    assert 0 < await office.redis.ttl(place) <= 600
    for each in await office.redis.keys("apprentice:*"):
        dump = str(await office.redis.dump(each)) if "turn" in each else each
        assert "oven" not in dump
        assert "morning" not in dump
    assert await office.redis.keys("apprentice:*turn*") == []
