"""Whom to answer next in a thread, against a real server."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisTakingUp, RedisTries, RedisTurns
from bot.adapters.redis.keys import key
from bot.domain.aside import Piece
from bot.domain.conversation import Turn
from tests.factories import turn

pytestmark = pytest.mark.anyio
ROOT = "1732170000.000100"


@pytest.fixture
async def turns(redis_url: str) -> AsyncIterator[RedisTurns]:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        yield RedisTurns(redis, 86_400)


def asked(after: float) -> Turn:
    return turn(ts=f"{float(ROOT) + after:.6f}", thread_ts=ROOT)


async def due(turns: RedisTurns, of: Turn) -> str:
    taking_up = RedisTakingUp(turns, RedisTries(turns.redis))
    piece = Piece(kind="answer", team=of.team, key=of.turn_id)
    return (await taking_up.take_up(piece, of.turn_id, of.thread_id, 2)).due


async def test_the_oldest_that_waits_comes_first_however_long_the_thread_is(
    turns: RedisTurns,
) -> None:
    each = [asked(number) for number in range(250)]
    for one in reversed(each):
        await turns.accept(one)
    assert await due(turns, each[-1]) == each[0].reply_id
    for one in each[:120]:
        await turns.answered(one, "1.5")
    assert await due(turns, each[-1]) == each[120].reply_id
    assert await due(turns, each[7]) == each[7].reply_id


async def test_a_changed_question_is_due_under_its_revision(turns: RedisTurns) -> None:
    first, second = asked(1), asked(2)
    for one in (first, second):
        await turns.accept(one)
    await turns.revise(first.model_copy(update={"revision": 3}))
    assert await due(turns, second) == f"{first.turn_id}~3"


async def test_nobody_waits_for_what_was_asked_long_before(turns: RedisTurns) -> None:
    stuck, later, latest = asked(0), asked(901), asked(1_700)
    for one in (stuck, later, latest):
        await turns.accept(one)
    assert await due(turns, latest) == later.reply_id


async def test_a_record_that_cannot_be_read_waits_like_any_other(turns: RedisTurns) -> None:
    broken, later = asked(1), asked(2)
    for one in (broken, later):
        await turns.accept(one)
    await turns.redis.hset(key(broken.team, "turn", broken.turn_id), "turn", "{")
    assert await due(turns, later) == broken.reply_id


async def test_nobody_waits_for_what_was_put_aside_until_it_is_asked_anew(
    turns: RedisTurns,
) -> None:
    first, second = asked(1), asked(2)
    for one in (first, second):
        await turns.accept(one)
    await turns.put_aside(first.team, first.reply_id)
    assert await due(turns, second) == second.reply_id
    anew = first.model_copy(update={"revision": 1})
    await turns.revise(anew)
    assert await due(turns, second) == anew.reply_id
    await turns.put_aside(first.team, first.reply_id)  # which was of the question before
    assert await due(turns, second) == anew.reply_id


async def test_of_a_record_that_cannot_be_read_nobody_waits_once_it_is_put_aside(
    turns: RedisTurns,
) -> None:
    broken, later = asked(1), asked(2)
    for one in (broken, later):
        await turns.accept(one)
    await turns.redis.hset(key(broken.team, "turn", broken.turn_id), "turn", "{")
    await turns.put_aside(broken.team, broken.reply_id)
    assert await due(turns, later) == later.reply_id
