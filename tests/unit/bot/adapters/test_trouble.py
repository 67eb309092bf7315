"""Errors of a database that cannot write now are an outage, also within a transaction."""

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.adapters.redis import away

pytestmark = pytest.mark.anyio


async def test_a_pipeline_that_a_database_without_replicas_refuses(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as redis:
        await redis.config_set("min-replicas-to-write", 1)
        try:
            async with redis.pipeline(transaction=True) as pipe:
                with pytest.raises(ResponseError) as raised:
                    await pipe.set("a", 1).execute()
        finally:
            await redis.config_set("min-replicas-to-write", 0)
    assert str(raised.value).startswith("Command #")
    assert away(raised.value), raised.value


async def test_an_error_of_ours_is_none(redis_url: str) -> None:
    async with Redis.from_url(redis_url) as redis, redis.pipeline(transaction=True) as pipe:
        with pytest.raises(ResponseError) as raised:
            await pipe.set("MISCONF", "BUSY").hget("MISCONF", "x").execute()
    assert not away(raised.value)


def test_what_a_failed_save_says_is_known() -> None:
    said = "Command # 1 (SET a 1) of pipeline caused error: ('MISCONF Errors writing to the AOF file',)"
    assert away(ResponseError(said))
