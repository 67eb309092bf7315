"""An answer ends when it is told to, also while nothing comes."""

import asyncio
from collections.abc import AsyncIterator

import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisTurns
from bot.chat.stopping import until, watched
from bot.domain.conversation import Delta
from tests.factories import turn

pytestmark = pytest.mark.anyio


async def words(*texts: str, silent: bool = False) -> AsyncIterator[Delta]:
    for text in texts:
        yield Delta(text=text)
    if silent:
        await asyncio.Event().wait()


async def test_what_comes_is_given_on_to_its_end() -> None:
    heard = [delta.text async for delta in until(asyncio.Event(), words("a", "b"))]
    assert heard == ["a", "b"]


async def test_told_while_nothing_comes_it_ends() -> None:
    told, heard = asyncio.Event(), []
    async with asyncio.timeout(5):
        async for delta in until(told, words("a", silent=True)):
            heard.append(delta.text)
            asyncio.get_running_loop().call_later(0.01, told.set)
    assert heard == ["a"]


async def test_trouble_of_the_model_comes_through() -> None:
    async def broken() -> AsyncIterator[Delta]:
        yield Delta(text="a")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        assert [delta async for delta in until(asyncio.Event(), broken())] == []


@pytest.mark.parametrize("steps", range(8))
async def test_an_answer_that_is_over_waits_for_no_look(redis_url: str, steps: int) -> None:
    """Whatever step a look at Redis has come to: some of them lose a cancellation."""
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        turns, asked = RedisTurns(redis, 86_400), turn()
        await turns.accept(asked)

        async def answer() -> None:
            async with watched(turns, asked):
                for _ in range(steps):
                    await asyncio.sleep(0)

        answering = asyncio.create_task(answer())
        done, _ = await asyncio.wait([answering], timeout=5)
        assert done
