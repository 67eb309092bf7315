"""A question is kept and its answer queued in one step, as docket itself would queue it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from docket import Docket
from redis.asyncio import Redis

from bot.adapters.redis import RedisTurns
from bot.bootstrap.taking import taking_of
from bot.domain.conversation import Turn
from bot.slack.services import Take
from bot.tasks import Tasks
from tests.factories import turn

pytestmark = pytest.mark.anyio
DAY = 86_400


@asynccontextmanager
async def place(url: str) -> AsyncIterator[tuple[RedisTurns, Docket, Take]]:
    async def answer(team: str, turn_id: str, thread: str) -> None:
        """Never done here."""

    async with (
        Redis.from_url(url, decode_responses=True) as redis,
        Docket(name="test", url=url, execution_ttl=timedelta(0)) as docket,
    ):
        docket.register(answer)
        turns = RedisTurns(redis, DAY)
        take = taking_of(docket, turns)
        assert take is not None
        yield turns, docket, take


async def queued(
    docket: Docket, asked: Turn
) -> tuple[list[dict[bytes, bytes]], dict[bytes, bytes]]:
    """The queue, and docket's record of this turn's task, without their times."""
    async with docket.redis() as redis:
        waiting = [fields for _, fields in await redis.xrange("test:stream")]
        record = await redis.hgetall(f"test:runs:answer:{asked.team}:{asked.reply_id}")
    for each in (*waiting, record):
        for name in (b"when", b"known", b"stream_id"):
            each.pop(name, None)
    return waiting, record


async def test_it_is_queued_as_docket_does(redis_url: str) -> None:
    async with place(redis_url) as (turns, docket, take):
        await take(turn(), "Ev1")
        ours = await queued(docket, turn())
        assert await turns.get(turn().team, turn().turn_id) == turn()
        await turns.redis.flushdb()
        await Tasks(docket).answer(turn())
        assert await queued(docket, turn()) == ours
        assert len(ours[0]) == 1
        assert ours[1][b"state"] == b"queued"


async def test_what_comes_again_is_queued_once(redis_url: str) -> None:
    async with place(redis_url) as (_, docket, take):
        await take(turn(), "Ev1")
        await take(turn(), "Ev1")
        await take(turn(), "Ev2")
        assert len((await queued(docket, turn()))[0]) == 1


async def test_what_was_kept_but_not_queued_is_queued(redis_url: str) -> None:
    async with place(redis_url) as (turns, docket, take):
        assert await turns.accept(turn(), "Ev1")  # by a version that died in between
        await take(turn(), "Ev1")
        assert len((await queued(docket, turn()))[0]) == 1


async def test_what_needs_no_answer_is_not_queued(redis_url: str) -> None:
    async with place(redis_url) as (turns, docket, take):
        aside, answered, forgotten = (turn(ts=f"1732170001.00010{each}") for each in range(3))
        aside = aside.model_copy(update={"aside": True})
        await turns.accept(answered)
        await turns.close(answered, "3.0")
        await turns.accept(forgotten)
        await turns.forget(forgotten.team, forgotten.turn_id)
        for each in (aside, answered, forgotten):
            await take(each, f"Ev{each.ts}")
        assert (await queued(docket, aside))[0] == []


async def test_where_it_cannot_be_queued_it_is_asked_for_again(redis_url: str) -> None:
    async with place(redis_url) as (turns, docket, take):
        await turns.redis.set("test:stream", "no stream")
        with pytest.raises(Exception, match="WRONGTYPE"):
            await take(turn(), "Ev1")
        await turns.redis.delete("test:stream")
        await take(turn(), "Ev1")
        assert len((await queued(docket, turn()))[0]) == 1
