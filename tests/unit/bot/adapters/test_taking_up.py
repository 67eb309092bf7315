"""How work on a turn begins, against a real server: exactly as asking one thing after another."""

from collections.abc import AsyncIterator
from typing import NamedTuple

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.adapters.redis import RedisTakingUp, RedisTries, RedisTurns
from bot.adapters.redis.keys import key
from bot.domain.aside import Piece
from bot.domain.conversation import Turn
from bot.domain.records import TakenUp
from tests.factories import turn

pytestmark = pytest.mark.anyio
ROOT = "1732170000.000100"
FIRST, SECOND = turn(ts=ROOT, thread_ts=ROOT), turn(ts="1732170009.000100", thread_ts=ROOT)


class Desk(NamedTuple):
    turns: RedisTurns
    tries: RedisTries

    async def take_up(self, of: Turn) -> TakenUp:
        taking_up = RedisTakingUp(self.turns, self.tries)
        return await taking_up.take_up(piece(of), of.turn_id, of.thread_id, 2)


def piece(of: Turn) -> Piece:
    return Piece(kind="answer", team=of.team, key=of.turn_id)


@pytest.fixture
async def desk(redis_url: str) -> AsyncIterator[Desk]:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        turns = RedisTurns(redis, 86_400)
        await turns.accept(FIRST)
        yield Desk(turns, RedisTries(redis))


async def test_a_turn_that_is_due_is_begun_and_read(desk: Desk) -> None:
    taken = await desk.take_up(FIRST)
    assert (taken.due, taken.before and taken.before.deaths) == (FIRST.reply_id, 0)
    assert taken.read is not None
    known = await desk.turns.record(FIRST.team, FIRST.turn_id, FIRST.thread_id)
    assert known is not None and taken.read() == known
    assert (await desk.tries.of(piece(FIRST))).deaths == 1
    await desk.tries.done(piece(FIRST))
    assert not desk.tries.begun.fields


async def test_where_another_is_due_nothing_is_begun(desk: Desk) -> None:
    await desk.turns.accept(SECOND)
    assert await desk.take_up(SECOND) == TakenUp(FIRST.reply_id)
    assert (await desk.tries.of(piece(SECOND))).deaths == 0
    assert not desk.tries.begun.fields


async def test_what_processes_died_of_is_not_begun_again(desk: Desk) -> None:
    for _ in range(2):
        await RedisTries(desk.turns.redis).begin(piece(FIRST))
    taken = await desk.take_up(FIRST)
    assert taken.before is not None and taken.before.deaths == 2
    assert taken.read is None  # who waits for room to do it alone reads what stands by then
    assert (await desk.tries.of(piece(FIRST))).deaths == 2
    assert not desk.tries.begun.fields


async def test_a_record_that_cannot_be_read_fails_who_reads_it(desk: Desk) -> None:
    place = key(FIRST.team, "turn", FIRST.turn_id)
    await desk.turns.redis.hset(place, "turn", "{")
    taken = await desk.take_up(FIRST)
    assert taken.read is not None
    with pytest.raises(ValueError, match="Invalid JSON"):
        taken.read()


async def test_what_the_server_cannot_read_fails_only_who_reads_it(desk: Desk) -> None:
    await desk.turns.redis.set(key(FIRST.team, "heard", FIRST.thread_id), "no set")
    taken = await desk.take_up(FIRST)
    assert taken.due == FIRST.reply_id and taken.read is not None
    with pytest.raises(ResponseError, match="WRONGTYPE"):
        taken.read()


async def test_a_try_that_was_not_counted_is_no_death(desk: Desk) -> None:
    await desk.turns.redis.set(key(FIRST.team, "thread", FIRST.thread_id), "no set")
    with pytest.raises(ResponseError):
        await desk.take_up(FIRST)
    assert (await desk.tries.of(piece(FIRST))).deaths == 0
    assert not desk.tries.begun.fields and not desk.tries.begun.owed
