"""Damaged messages in the queue, and tasks of another version: listed, and nobody waits behind."""

from datetime import timedelta

import cloudpickle
import pytest
from docket import Docket

from bot.domain.aside import PutAside, Why
from bot.tasks import docketing
from tests.factories import ASKER, CHANNEL, TEAM
from tests.fakes.workplace import until
from tests.scenarios.bot.conftest import Office

pytestmark = pytest.mark.anyio


async def put_aside(office: Office) -> PutAside:
    [entry] = await until("something to be put aside", office.service.chance.aside.all)
    return entry


async def answered(office: Office) -> bool:
    """Whether a question is answered all the same."""
    ts = await office.people.ask(ASKER, "@apprentice still there?")
    return "base heard: still there?" in str(await office.people.answer(ts))


@pytest.mark.parametrize("damaged", [b"args", b"kwargs", b"when", b"attempt"])
async def test_a_message_that_cannot_be_read_does_not_stop_the_worker(
    office: Office, damaged: bytes
) -> None:
    docket = office.service.docket
    message = {
        b"key": b"broken",
        b"when": b"2026-11-20T00:00:00+00:00",
        b"function": b"cover",
        b"args": cloudpickle.dumps(()),
        b"kwargs": cloudpickle.dumps({"team": TEAM, "channel": CHANNEL, "ts": "1.0"}),
        b"attempt": b"1",
        b"generation": b"0",
        damaged: b"\x80nonsense",
    }
    async with docket.redis() as redis:
        await redis.xadd(docket.stream_key, message)
    entry = await put_aside(office)
    assert (entry.why, entry.piece.kind) == (Why.UNREADABLE, "cover")
    assert await answered(office)
    async with docket.redis() as redis:
        assert b"broken" not in str(await redis.xrange(docket.stream_key)).encode()


async def test_work_of_another_version_is_left_to_others_and_put_aside_in_the_end(
    hurried: None, office: Office, redis_url: str
) -> None:
    async def dance(team: str, channel: str) -> None:
        """A task of a newer version."""

    name = office.service.docket.name
    async with Docket(name=name, url=redis_url, execution_ttl=timedelta(0)) as newer:
        await newer.add(dance)(team=TEAM, channel=CHANNEL)
    entry = await put_aside(office)
    assert (entry.why, entry.piece.kind, entry.piece.team) == (Why.UNKNOWN, "dance", TEAM)
    assert entry.tries == docketing.ELSEWHERE
    assert await answered(office)


async def test_arguments_of_another_version_are_put_aside(hurried: None, office: Office) -> None:
    await office.service.docket.add("cover", key="old")(team=TEAM, channel=CHANNEL)
    entry = await put_aside(office)
    assert (entry.why, entry.error, entry.piece.kind) == (Why.FAILS, "TypeError", "cover")
