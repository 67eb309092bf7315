"""Scripts on a server that has forgotten them."""

import pytest
from redis.asyncio import Redis
from redis.exceptions import ResponseError

from bot.adapters.redis.script import Script

pytestmark = pytest.mark.anyio
COUNT = Script("if ARGV[1] == '0' then return {err='no'} end return redis.call('INCR', KEYS[1])")


async def test_each_call_is_done_once_also_where_the_server_knew_no_script(redis_url: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        await redis.script_flush()
        assert await COUNT.each(redis, [(["n"], [1]), (["n"], [1])]) == [1, 2]
        await redis.script_flush()
        assert await COUNT.once(redis, (["n"], [1])) == 3


async def test_one_that_fails_does_not_fail_the_others(redis_url: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        bad, good = await COUNT.each(redis, [(["n"], [0]), (["n"], [1])])
        assert isinstance(bad, ResponseError)
        assert good == 1
        with pytest.raises(ResponseError):
            await COUNT.once(redis, (["n"], [0]))


async def test_what_goes_beside_is_done_once_however_often_the_script_is(redis_url: str) -> None:
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        await redis.script_flush()
        assert await COUNT.each(redis, [(["n"], [1])], beside=[("INCR", "m")]) == [1, 1]
        assert await COUNT.each(redis, [(["n"], [1])], beside=[("INCR", "m")]) == [2, 2]
