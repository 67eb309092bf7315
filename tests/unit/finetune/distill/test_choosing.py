"""Many inputs at once, none of them for nothing."""

import asyncio
import random
from collections.abc import Awaitable, Callable

import pytest

from finetune.dataset.example import Message
from finetune.distill.choosing import until_enough
from finetune.distill.inputs import Input
from finetune.distill.outcome import Attempt, Effort, Outcome
from finetune.errors import ProviderUnavailable

pytestmark = pytest.mark.anyio


def source(number: int) -> Input:
    return Input(str(number), (Message(role="user", content=str(number)),))


class Lottery:
    """Accepts some numbers, in an order of its own."""

    def __init__(self, seed: int, share: float) -> None:
        luck = random.Random(seed)
        self.accepts = [luck.random() < share for _ in range(200)]
        self.waits = [luck.randrange(1, 6) for _ in range(200)]
        self.begun: list[int] = []
        self.busy = self.busiest = 0

    def stop(self) -> None:
        raise AssertionError

    async def write(self, found: Input) -> Outcome:
        number = int(found.name)
        self.begun.append(number)
        self.busy += 1
        self.busiest = max(self.busiest, self.busy)
        for _ in range(self.waits[number]):
            await asyncio.sleep(0)
        self.busy -= 1
        reason = None if self.accepts[number] else "no"
        best = Attempt("text", ())
        return Outcome(found.name, found.messages, best, reason, 1, 0, Effort(), Effort())


@pytest.mark.parametrize("seed", range(20))
async def test_the_inputs_used_are_those_of_one_after_the_other(seed: int) -> None:
    lottery = Lottery(seed, 0.7)
    outcomes = await until_enough(map(source, range(200)), lottery, wanted=40, at_once=16)
    accepted, needed = 0, []
    for number in range(200):
        if accepted < 40:
            needed.append(number)
            accepted += lottery.accepts[number]
    assert sorted(lottery.begun) == needed
    assert [int(outcome.name) for outcome in outcomes] == needed
    assert 10 <= lottery.busiest <= 16


async def test_all_inputs_are_used_when_they_are_not_enough() -> None:
    lottery = Lottery(1, 0.5)
    outcomes = await until_enough(map(source, range(200)), lottery, wanted=190, at_once=8)
    assert len(outcomes) == 200


class Scripted:
    """Does for each input what a function does."""

    def __init__(self, write: Callable[[Input], Awaitable[Outcome]]) -> None:
        self.write = write
        self.stopped = False

    def stop(self) -> None:
        self.stopped = True


def outcome(found: Input, failure: ProviderUnavailable | None = None) -> Outcome:
    reason = str(failure) if failure else None
    return Outcome(found.name, found.messages, None, reason, 1, 0, Effort(), Effort(), failure)


async def test_an_error_ends_what_is_under_way_and_is_raised(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("finetune.distill.choosing.GRACE", 0.05)
    cancelled = []

    async def write(found: Input) -> Outcome:
        if found.name == "2":
            raise ConnectionError
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            cancelled.append(found.name)
            raise
        raise AssertionError

    with pytest.raises(ConnectionError):
        await until_enough(map(source, range(9)), Scripted(write), wanted=9, at_once=4)
    assert sorted(cancelled) == ["0", "1", "3"]


async def test_calls_under_way_are_waited_for_when_one_fails() -> None:
    ended = []

    async def write(found: Input) -> Outcome:
        if found.name == "2":
            raise ConnectionError
        await asyncio.sleep(0.05)
        ended.append(found.name)
        return outcome(found)

    writer = Scripted(write)
    with pytest.raises(ConnectionError):
        await until_enough(map(source, range(9)), writer, wanted=9, at_once=4)
    assert sorted(ended) == ["0", "1", "3"]
    assert writer.stopped


async def test_an_input_that_the_provider_fails_on_blocks_no_other() -> None:
    async def write(found: Input) -> Outcome:
        return outcome(found, ProviderUnavailable("500") if found.name in "0148" else None)

    found = await until_enough(map(source, range(9)), Scripted(write), wanted=9, at_once=1)
    assert [one.name for one in found if not one.accepted] == ["0", "1", "4", "8"]


@pytest.mark.parametrize("count", [1, 2, 9])
async def test_a_provider_that_fails_on_all_of_them_ends_the_work(count: int) -> None:
    seen = []

    async def write(found: Input) -> Outcome:
        seen.append(found.name)
        return outcome(found, ProviderUnavailable("500"))

    with pytest.raises(ProviderUnavailable):
        await until_enough(map(source, range(count)), Scripted(write), wanted=9, at_once=1)
    assert len(seen) == min(count, 3)
