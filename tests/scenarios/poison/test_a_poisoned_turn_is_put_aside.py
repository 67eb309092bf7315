"""A turn that always fails: an apology in its thread, an entry for the admins, and nobody blocked."""

import asyncio

import pytest

from bot.adapters.redis.keys import key
from bot.domain.aside import PutAside, Why
from bot.texts import EN
from tests.factories import ADMIN, ASKER, CHANNEL, CURATOR, TEAM
from tests.fakes.openai_account import Scripted
from tests.fakes.signed_interactions import press
from tests.fakes.workplace import BOT, Json, until
from tests.scenarios.bot.conftest import SECRET, Office

pytestmark = pytest.mark.anyio


def place(ts: str) -> str:
    return key(TEAM, "turn", f"{CHANNEL}:{ts}")


async def poisoned(office: Office, field: str) -> tuple[str, str]:
    """A thread, and a turn in it of which this field of its record cannot be read."""
    gate = asyncio.Event()
    office.models.queue(Scripted("Good morning.", gate=gate))
    thread = await office.people.ask(ASKER, "@apprentice hello?")
    await until("the model to be asked", lambda: office.models.chats)
    ts = await office.people.ask(ASKER, "and then?", thread=thread)

    async def kept() -> bool:
        return bool(await office.redis.exists(place(ts)))

    await until("the second turn to be kept", kept)
    await office.redis.hset(place(ts), field, "{not json")
    gate.set()
    return thread, ts


async def put_aside(office: Office) -> PutAside:
    """Wait for the only entry."""
    [entry] = await until("something to be put aside", lambda: office.service.chance.aside.of(TEAM))
    return entry


async def said(office: Office, thread: str) -> list[str]:
    """All that the bot's messages in a thread say by now."""
    messages = await office.people.messages()
    return [str(m) for m in messages if m.get("user") == BOT and m.get("thread_ts") == thread]


async def choose(office: Office, user: str, action: str, aside_id: str) -> str:
    """Press a button in App Home; what Home says then."""
    await press(office.bot_url, SECRET, user, {"action_id": action, "value": aside_id})
    return str((await office.people.state(user))["home"])


@pytest.mark.parametrize("field", ["turn", "notes"])
async def test_it_is_apologised_for_once_and_put_aside_under_its_ids(
    hurried: None, office: Office, field: str
) -> None:
    thread, ts = await poisoned(office, field)
    entry = await put_aside(office)
    assert (entry.why, entry.error, entry.piece.kind) == (Why.FAILS, "ValidationError", "answer")
    assert entry.piece.arguments["turn_id"] == f"{CHANNEL}:{ts}"
    assert "and then?" not in entry.model_dump_json()
    assert sum(EN.chat.sorry_broken in text for text in await said(office, thread)) == 1


async def test_nobody_waits_behind_it(hurried: None, office: Office) -> None:
    thread, _ = await poisoned(office, "turn")
    await put_aside(office)
    await office.people.ask(ASKER, "and now?", thread=thread)
    await office.people.see("the next answer", lambda m: "base heard: and now?" in str(m))


async def test_tried_again_by_two_admins_it_is_answered_once_in_the_place_of_the_apology(
    hurried: None, office: Office
) -> None:
    thread, ts = await poisoned(office, "notes")
    entry = await put_aside(office)
    await office.redis.hset(place(ts), "notes", "[]")  # the bug is mended
    both = await asyncio.gather(
        *(choose(office, ADMIN, "aside_again", entry.aside_id) for _ in range(2))
    )
    assert EN.aside.queued in both[0] + both[1]
    await office.people.see("the answer", lambda m: "base heard: and then?" in str(m))
    await office.people.answer(thread, number=2)
    texts = await said(office, thread)
    assert len(texts) == 2
    assert EN.chat.sorry_broken not in str(texts)
    assert not await office.service.chance.aside.of(TEAM)
    assert EN.aside.gone in await choose(office, ADMIN, "aside_again", entry.aside_id)


async def test_what_still_cannot_be_read_stays_until_it_is_dismissed(
    hurried: None, office: Office
) -> None:
    await poisoned(office, "turn")
    entry = await put_aside(office)
    assert EN.aside.cannot in await choose(office, ADMIN, "aside_again", entry.aside_id)
    assert EN.aside.dismissed in await choose(office, ADMIN, "aside_dismiss", entry.aside_id)
    assert not await office.service.chance.aside.of(TEAM)


async def test_admins_see_it_in_app_home_and_nobody_else_does(
    hurried: None, office: Office
) -> None:
    await poisoned(office, "turn")
    entry = await put_aside(office)
    shown = str(await office.people.home(ADMIN))
    assert EN.aside.kinds["answer"] in shown
    assert entry.aside_id in shown
    for user in (CURATOR, ASKER):
        assert entry.aside_id not in str(await office.people.home(user))


@pytest.mark.parametrize("user", [CURATOR, ASKER])
@pytest.mark.parametrize("action", ["aside_again", "aside_dismiss"])
async def test_who_is_no_admin_can_do_nothing_about_it(
    hurried: None, office: Office, user: str, action: str
) -> None:
    await poisoned(office, "turn")
    entry = await put_aside(office)
    assert EN.aside.not_admin in await choose(office, user, action, entry.aside_id)
    assert await office.service.chance.aside.of(TEAM) == [entry]


async def test_who_opts_out_takes_it_along(hurried: None, office: Office) -> None:
    _, ts = await poisoned(office, "notes")
    await put_aside(office)
    await office.redis.hset(place(ts), "notes", "[]")
    await office.service.chance.turns.forget(TEAM, "nothing:1.0")  # of others nothing goes
    assert await office.service.chance.aside.of(TEAM)
    home: Json = await office.people.home(ASKER)
    await office.people.choose(ASKER, home, "home_opt_out")

    async def gone() -> bool:
        return not await office.service.chance.aside.of(TEAM)

    await until("the entry to be forgotten", gone)
