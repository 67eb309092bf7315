"""Many calls in one: who waits for whom, and who hears of what."""

import asyncio
from collections.abc import Sequence

import pytest

from bot import together as module
from bot.together import MOST, Together, TooMuch

pytestmark = pytest.mark.anyio


class Work:
    """Doubles numbers; refuses odd ones, and everything while it is down."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.down = False

    async def __call__(self, items: Sequence[int]) -> list[int | Exception]:
        self.batches.append(list(items))
        await asyncio.sleep(0)
        if self.down:
            raise ConnectionError
        return [ValueError(item) if item % 2 else item * 2 for item in items]


async def test_what_comes_meanwhile_is_done_in_one_and_each_gets_its_own() -> None:
    work = Work()
    together = Together(work)
    wanted = range(0, 2 * (MOST + 50), 2)
    assert await asyncio.gather(*map(together, wanted)) == [item * 2 for item in wanted]
    assert [len(batch) for batch in work.batches] == [MOST, 50]


async def test_one_that_fails_fails_alone_and_a_batch_that_fails_fails_for_all() -> None:
    work = Work()
    together = Together(work)
    odd, even = await asyncio.gather(together(1), together(2), return_exceptions=True)
    assert isinstance(odd, ValueError)
    assert even == 4
    work.down = True
    down = await asyncio.gather(together(1), together(2), return_exceptions=True)
    assert [type(error) for error in down] == [ConnectionError, ConnectionError]
    work.down = False
    assert await together(6) == 12


async def test_who_goes_away_takes_nothing_back_and_keeps_nobody() -> None:
    work = Work()
    together = Together(work)
    gone, stays = asyncio.create_task(together(2)), asyncio.create_task(together(4))
    await asyncio.sleep(0)
    gone.cancel()
    assert await stays == 8
    assert [2, 4] in work.batches


async def test_nobody_waits_behind_a_batch_that_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "SLOW", 0.01)
    began, gate = asyncio.Event(), asyncio.Event()

    async def hang(items: Sequence[int]) -> list[int | Exception]:
        if 0 in items:
            began.set()
            await gate.wait()
        return list(items)

    together = Together(hang)
    first = asyncio.create_task(together(0))
    await began.wait()
    assert await together(1) == 1
    assert await together(2) == 2
    assert not first.done()
    gate.set()
    assert await first == 0
    assert await together(3) == 3


async def test_who_comes_when_too_many_wait_is_refused_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "FULL", 2)
    gate = asyncio.Event()

    async def hang(items: Sequence[int]) -> list[int | Exception]:
        await gate.wait()
        return list(items)

    together = Together(hang)
    taken = [asyncio.create_task(together(each)) for each in range(2)]
    await asyncio.sleep(0)
    taken.append(asyncio.create_task(together(2)))
    taken.append(asyncio.create_task(together(3)))
    await asyncio.sleep(0)
    with pytest.raises(TooMuch):
        await together(4)
    gate.set()
    assert await asyncio.gather(*taken) == [0, 1, 2, 3]
