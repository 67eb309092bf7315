"""An answer ends when it is told to, also while nothing comes."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from bot.chat.stopping import until
from bot.domain.conversation import Delta

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
