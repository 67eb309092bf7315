"""What was put aside stays until somebody decides, whatever shape it has."""

import json
import time
from collections.abc import AsyncIterator

import cloudpickle
import pytest
import structlog
from redis.asyncio import Redis

from bot.adapters.redis import RedisAside
from bot.adapters.redis import aside as adapter
from bot.domain.aside import Argument, Piece, PutAside, Why
from bot.tasks import Outcome, SecondChance
from finetune.adapters.redis.connection import connect
from tests.factories import CHANNEL, TEAM
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import Office

pytestmark = pytest.mark.anyio
DAY = 24 * 3600


def entry_of(kind: str, *, age: float = 0, why: Why = Why.FAILS, **about: Argument) -> PutAside:
    arguments = {"team": TEAM, **about}
    piece = Piece(kind=kind, team=TEAM, key=f"{kind}:1", arguments=arguments)
    return PutAside(piece=piece, why=why, at=time.time() - age)


@pytest.fixture
async def aside(redis_url: str) -> AsyncIterator[RedisAside]:
    redis: Redis = connect(redis_url)
    yield RedisAside(redis, DAY)
    await redis.aclose()


async def test_a_correction_that_this_version_cannot_read_is_put_aside(
    hurried: None, office: Office
) -> None:
    said = json.dumps({"team": TEAM, "channel": CHANNEL, "text": "secret words"})
    await office.service.docket.add("correct", key="correct:x")(message=said)
    [entry] = await until("something to be put aside", office.service.chance.aside.all)
    assert (entry.piece.kind, entry.piece.team, entry.piece.key) == ("correct", TEAM, "correct:x")
    assert "secret" not in entry.model_dump_json()
    assert await office.service.chance.again(TEAM, entry.aside_id) is Outcome.CANNOT


async def test_work_queued_by_position_is_put_aside_with_its_ids(
    hurried: None, office: Office
) -> None:
    await office.service.docket.add("cover", key="c")(TEAM, CHANNEL)
    [entry] = await until("something to be put aside", office.service.chance.aside.all)
    assert (entry.piece.team, entry.piece.arguments["channel"]) == (TEAM, CHANNEL)


async def test_what_could_not_be_read_is_queued_again_as_it_was(office: Office) -> None:
    docket, chance = office.service.docket, office.service.chance
    message = {
        b"key": b"later",
        b"when": b"2026-11-20T00:00:00+00:00",
        b"function": b"cover",
        b"args": b"\x80of another version",
        b"kwargs": cloudpickle.dumps({"team": TEAM, "channel": CHANNEL, "ts": "1.0"}),
        b"attempt": b"1",
        b"generation": b"0",
    }
    async with docket.redis() as redis:
        await redis.xadd(docket.stream_key, message)
    [entry] = await until("something to be put aside", chance.aside.all)
    good = {**entry.raw, "args": "gAUpLg=="}  # as a version would find it that can read it
    await chance.aside.put(entry.model_copy(update={"raw": good}))
    assert await chance.again("", entry.aside_id) is Outcome.QUEUED

    async def done() -> bool:
        async with docket.redis() as redis:
            return not await redis.xlen(docket.stream_key)

    await until("it to be done", done)
    assert await chance.aside.all() == []


async def test_duties_stay_and_what_expires_is_logged(aside: RedisAside) -> None:
    await aside.put(entry_of("forget_person", age=2 * DAY, user="U1"))
    with structlog.testing.capture_logs() as logged:
        await aside.put(entry_of("reveal", age=2 * DAY, reply_id="r"))
    assert [entry.piece.kind for entry in await aside.of(TEAM)] == ["forget_person"]
    assert [line["kind"] for line in logged if line["event"] == "aside_expired"] == ["reveal"]
    assert await aside.redis.ttl(f"apprentice:{{{TEAM}}}:aside") == -1


async def test_duties_make_room_last(aside: RedisAside, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adapter, "MOST", 2)
    await aside.put(entry_of("forget_person", age=60, user="U1"))
    for number in range(3):
        await aside.put(entry_of("cover", ts=f"{number}.0"))
    assert {entry.piece.kind for entry in await aside.of(TEAM)} == {"forget_person", "cover"}
    assert len(await aside.of(TEAM)) == 2


async def test_an_entry_of_a_newer_version_is_listed_and_breaks_nothing(aside: RedisAside) -> None:
    newer = entry_of("cover", ts="1.0").model_dump_json().replace('"fails"', '"toomany"')
    await aside.redis.hset(f"apprentice:{{{TEAM}}}:aside", "0123456789abcdef", newer)
    await aside.put(entry_of("cover", ts="2.0"))
    with structlog.testing.capture_logs() as logged:
        await aside.all()
        found = await aside.all()
    assert [(entry.aside_id, entry.why) for entry in found][1] == ("0123456789abcdef", Why.UNKNOWN)
    assert [line["event"] for line in logged] == []  # told of when it was put
    assert await aside.drop(TEAM, "0123456789abcdef")


async def test_dismissed_work_is_not_found_anew_until_it_is_done(office: Office) -> None:
    chance, aside = office.service.chance, office.service.chance.aside
    entry = entry_of("reveal", reply_id="r", thread=f"{TEAM}:t")
    await aside.put(entry)
    assert await chance.dismiss(TEAM, entry.aside_id) is Outcome.DISMISSED
    assert await aside.all() == []
    assert await aside.get(TEAM, entry.aside_id) is not None  # which is what the sweep asks
    assert await chance.dismiss(TEAM, entry.aside_id) is Outcome.GONE
    await office.service.trying.tries.done(entry.piece)
    assert await aside.get(TEAM, entry.aside_id) is None


async def test_odd_arguments_of_an_answer_are_no_error(aside: RedisAside, office: Office) -> None:
    chance: SecondChance = office.service.chance
    entry = entry_of("answer", question="C1:1.0")
    await chance.aside.put(entry)
    assert await chance.again(TEAM, entry.aside_id) is Outcome.CANNOT


async def test_forgetting_somebody_reaches_messages_that_cannot_be_read(aside: RedisAside) -> None:
    piece = Piece(kind="cover", team="", key="k", arguments={"key": "k"})
    raw = {"kwargs": "dXNlciBVMTIzIQ=="}  # "user U123!"
    await aside.put(PutAside(piece=piece, why=Why.UNREADABLE, at=time.time(), raw=raw))
    await aside.forget(TEAM, {"U124"})
    assert len(await aside.all()) == 1
    await aside.forget(TEAM, {"U123"})
    assert await aside.all() == []
