"""How often a piece of work was begun, against a real server."""

import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisTries
from bot.domain.aside import Piece
from tests.factories import TEAM

pytestmark = pytest.mark.anyio
PIECE = Piece(kind="answer", team=TEAM, key="answer:1", arguments={})


async def test_what_was_begun_by_others_that_died_is_told_and_no_more_is_counted(
    redis_url: str,
) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        before = [(await RedisTries(redis).begin(PIECE, unless=2)).deaths for _ in range(4)]
        assert before == [0, 1, 2, 2]
        assert (await RedisTries(redis).begin(PIECE)).deaths == 2
        assert (await RedisTries(redis).of(PIECE)).deaths == 3


async def test_who_did_not_begin_has_nothing_to_end(redis_url: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        for _ in range(2):
            await RedisTries(redis).begin(PIECE)
        last = RedisTries(redis)
        await last.begin(PIECE, unless=2)
        assert not last.begun.fields
