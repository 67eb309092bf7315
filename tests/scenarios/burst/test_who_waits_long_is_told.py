"""Nobody's thread stays silent in a burst: after a while it says that the question is in the queue."""

import asyncio

import pytest

from bot.texts import EN, JA
from tests.factories import ASKER, CHANNEL, CURATOR, JAPANESE
from tests.fakes.openai_account import Scripted
from tests.fakes.workplace import BOT, until
from tests.scenarios.bot.conftest import Office

pytestmark = [pytest.mark.anyio, pytest.mark.timeout(60)]


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """One answer at a time, and hardly any patience; asked for before the office."""
    monkeypatch.setattr("bot.bootstrap.labouring.CONCURRENCY", 1)
    monkeypatch.setattr("bot.adapters.redis.waiting.PATIENCE", 0.1)
    monkeypatch.setattr("bot.adapters.redis.waiting.LOOK", 0.1)
    monkeypatch.setattr("bot.slack.waiting.PAUSE", 0.05)


async def status(office: Office, thread: str) -> str:
    channels = (await office.people.state())["channels"]
    threads = next(each for each in channels if each["id"] == CHANNEL)["threads"]
    return str(threads.get(thread, {}).get("status", ""))


@pytest.mark.parametrize(("user", "texts"), [(CURATOR, EN), (JAPANESE, JA)])
async def test_the_status_says_so_until_the_answer_stands_there(
    soon: None, office: Office, user: str, texts: object
) -> None:
    words, gate = (JA if texts is JA else EN).chat.in_the_queue, asyncio.Event()
    office.models.queue(Scripted("The first answer.", gate=gate))
    first = await office.people.ask(ASKER, "@apprentice first?")
    await until("the model to be asked", lambda: office.models.chats)
    second = await office.people.ask(user, "@apprentice second?")

    async def told() -> bool:
        return await status(office, second) == words

    await until("the second to be told", told)
    assert await status(office, first) != words  # which is being answered
    gate.set()
    await office.people.answer(second)
    assert await status(office, second) == ""
    said = [each for each in await office.people.messages() if each.get("thread_ts") == second]
    assert [each["user"] for each in said] == [user, BOT]  # the answer, and nothing beside it


async def test_who_is_answered_at_once_is_told_nothing_and_nothing_is_left(
    soon: None, office: Office
) -> None:
    thread = await office.people.ask(ASKER, "@apprentice quick?")
    await office.people.answer(thread)

    async def forgotten() -> bool:
        return not await office.redis.exists("apprentice:waiting")

    await until("nobody to be waited for", forgotten)
    assert await status(office, thread) == ""
