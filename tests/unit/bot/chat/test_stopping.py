"""An answer ends when it is told to, also while nothing comes."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from types import SimpleNamespace
from typing import Any

import pytest
from redis.asyncio import Redis

from bot.adapters.redis import RedisTurns
from bot.chat import stopping
from bot.chat.stopping import Watching, until
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
    assert "".join(heard) == "ab"


async def test_told_while_nothing_comes_it_ends() -> None:
    told, heard = asyncio.Event(), []
    async with asyncio.timeout(5):
        async for delta in until(told, words("a", silent=True)):
            heard.append(delta.text)
            asyncio.get_running_loop().call_later(0.01, told.set)
    assert heard == ["a"]


async def test_what_came_while_something_was_shown_is_one_delta_and_nothing_is_lost() -> None:
    async def quick() -> AsyncIterator[Delta]:
        for text in "abcdef":
            yield Delta(text=text)
            if text == "a":
                await asyncio.sleep(0)
        yield Delta(finish_reason="stop")

    heard = []
    async for delta in until(asyncio.Event(), quick()):
        heard.append(delta)
        await asyncio.sleep(0.01)
    assert [delta.text for delta in heard] == ["a", "bcdef"]
    assert heard[-1].finish_reason == "stop"


async def test_trouble_of_the_model_comes_through_after_what_it_said() -> None:
    async def broken() -> AsyncIterator[Delta]:
        yield Delta(text="a")
        raise ConnectionError

    coming = until(asyncio.Event(), broken())
    assert (await anext(coming)).text == "a"
    with pytest.raises(ConnectionError):
        await anext(coming)


async def test_answers_that_nobody_wants_end_and_the_others_go_on(
    redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stopping, "LOOK", 0.01)
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        turns = RedisTurns(redis, 86_400)
        watching = Watching(turns)
        asked = [turn(ts=f"1700000{n}.000100", thread_ts=f"1700000{n}.000100") for n in range(4)]
        for each in asked:
            await turns.accept(each)
        stopped, revised, gone, wanted = asked
        async with AsyncExitStack() as stack:
            told = [await stack.enter_async_context(watching.over(each)) for each in asked]
            await turns.stop(stopped)
            await turns.revise(revised.model_copy(update={"revision": 1}))
            await turns.forget(gone.team, gone.turn_id)
            async with asyncio.timeout(5):
                await asyncio.gather(*(each.wait() for each in told[:3]))
            assert not told[3].is_set()
            await turns.stop(wanted)
            async with asyncio.timeout(5):
                await told[3].wait()


async def test_a_store_that_is_away_ends_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stopping, "LOOK", 0.001)
    asked = turn()
    looks: list[Any] = [ConnectionError(), ConnectionError(), [asked]]

    async def stopped(_turns: object) -> list[object]:
        found = looks.pop(0)
        if isinstance(found, Exception):
            raise found
        return list(found)

    away: Any = SimpleNamespace(stopped=stopped)
    async with Watching(away).over(asked) as told, asyncio.timeout(5):
        await told.wait()
    assert not looks


@pytest.mark.parametrize("steps", range(8))
async def test_an_answer_that_is_over_leaves_no_look_behind(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """Whatever step a look at Redis has come to: some of them lose a cancellation."""
    monkeypatch.setattr(stopping, "LOOK", 0.0)
    async with Redis.from_url(redis_url, decode_responses=True) as redis:
        turns, asked = RedisTurns(redis, 86_400), turn()
        await turns.accept(asked)
        before = asyncio.all_tasks()

        async def answer() -> None:
            async with Watching(turns).over(asked):
                for _ in range(steps):
                    await asyncio.sleep(0)

        answering = asyncio.create_task(answer())
        done, _ = await asyncio.wait([answering], timeout=5)
        assert done
        assert asyncio.all_tasks() == before
