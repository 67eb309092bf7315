"""What is known of a thread besides its turns follows from them, and outlives them when they go."""

from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisTurns
from tests.factories import CHANNEL, TEAM, turn

pytestmark = pytest.mark.anyio
LATER = turn(ts="1732170009.000100")


@pytest.fixture
async def turns(redis_url: str) -> AsyncIterator[RedisTurns]:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        yield RedisTurns(redis, 86_400)


async def test_nothing_stood_before_the_message_that_opened_the_thread(turns: RedisTurns) -> None:
    await turns.accept(turn())
    assert await turns.earlier(LATER) is None
    await turns.start(turn())
    assert await turns.earlier(LATER) == []


async def test_a_thread_whose_turns_are_all_forgotten_is_still_ours(turns: RedisTurns) -> None:
    await turns.accept(turn())
    await turns.start(turn())
    await turns.forget(TEAM, turn().turn_id)
    assert await turns.knows_thread(TEAM, CHANNEL, turn().thread_ts)
    assert await turns.earlier(LATER) == []
    assert await turns.hear(LATER)


async def test_what_stood_before_is_still_to_be_read_where_nobody_began(turns: RedisTurns) -> None:
    await turns.accept(LATER)
    await turns.start(LATER)
    assert await turns.earlier(LATER) is None
    await turns.forget(TEAM, LATER.turn_id)
    assert await turns.earlier(LATER) is None
    assert not await turns.knows_thread(TEAM, CHANNEL, "1732179999.000100")
