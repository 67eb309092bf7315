"""What any `RunStore` promises, over the real Valkey."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from finetune import Run, RunRefused, RunState, StoreUnavailable
from finetune.adapters.redis import Keys, RedisRunStore, connect
from finetune.training.store import StaleRun

pytestmark = pytest.mark.anyio
DAY = 86_400.0


@pytest.fixture
async def store(redis_url: str) -> AsyncIterator[RedisRunStore]:
    client = connect(redis_url)
    yield RedisRunStore(client, Keys("T1"), hold_ms=300)
    await client.aclose()


def run(run_id: str = "run-1", at: float = 1_000_000.0) -> Run:
    return Run(run_id=run_id, created_at=at, updated_at=at, base_model="base")


async def test_planning_twice_with_one_key_gives_one_run(store: RedisRunStore) -> None:
    plans = (store.plan(run(f"run-{n}"), key="same", per_day=9) for n in range(8))
    assert len({planned.run_id for planned in await asyncio.gather(*plans)}) == 1
    assert len(await store.listed(9)) == 1


async def test_another_run_waits_until_the_active_one_has_ended(store: RedisRunStore) -> None:
    first = await store.plan(run("run-1"), key="a", per_day=9)
    with pytest.raises(RunRefused, match="run run-1 has not ended"):
        await store.plan(run("run-2"), key="b", per_day=9)
    await store.save(first.model_copy(update={"state": RunState.CANCELLED}))
    assert await store.active() is None
    assert (await store.plan(run("run-2"), key="b", per_day=9)).run_id == "run-2"
    assert await store.planned("a") is not None


async def test_only_so_many_runs_start_in_a_day(store: RedisRunStore) -> None:
    for n in range(2):
        planned = await store.plan(run(f"run-{n}", at=DAY * 9 + n), key=str(n), per_day=2)
        await store.save(planned.model_copy(update={"state": RunState.FAILED}))
    with pytest.raises(RunRefused, match="2 runs were started in the last 24 hours"):
        await store.plan(run("run-3", at=DAY * 9 + 9), key="3", per_day=2)
    assert await store.plan(run("run-4", at=DAY * 11), key="4", per_day=2)


async def test_whoever_was_overtaken_cannot_save(store: RedisRunStore) -> None:
    planned = await store.plan(run(), key="a", per_day=9)
    saved = await store.save(planned.model_copy(update={"examples": 5}))
    assert (await store.get("run-1")) == saved
    with pytest.raises(StaleRun):
        await store.save(planned.model_copy(update={"examples": 6}))


async def test_a_glance_shows_how_a_run_stands(store: RedisRunStore) -> None:
    planned = await store.plan(run("run-" + "x" * 40), key="a", per_day=9)
    assert await store.glance(planned.run_id) == (RunState.PLANNED, 0)
    await store.save(planned.model_copy(update={"state": RunState.AWAITING_APPROVAL}))
    assert await store.glance(planned.run_id) == (RunState.AWAITING_APPROVAL, 1)
    assert await store.glance("run-none") is None


async def test_runs_are_listed_newest_first(store: RedisRunStore) -> None:
    for n in range(3):
        planned = await store.plan(run(f"run-{n}", at=float(n)), key=str(n), per_day=9)
        await store.save(planned.model_copy(update={"state": RunState.FAILED}))
    assert [found.run_id for found in await store.listed(2)] == ["run-2", "run-1"]
    assert await store.listed(0) == []


async def test_a_hold_lets_one_in_and_is_renewed_while_it_works(store: RedisRunStore) -> None:
    async with store.hold("run-1") as held:
        assert held
        await asyncio.sleep(0.8)  # longer than a hold lasts by itself
        async with store.hold("run-1") as second:
            assert not second
    async with store.hold("run-1") as after:
        assert after


async def test_the_hold_of_a_killed_process_ends_by_itself(
    store: RedisRunStore, redis_url: str
) -> None:
    client = connect(redis_url)
    await client.set(Keys("T1")("hold", "run-1"), "of a dead process", px=200)
    async with store.hold("run-1") as held:
        assert not held
    while await client.exists(Keys("T1")("hold", "run-1")):
        await asyncio.sleep(0.02)
    async with store.hold("run-1") as held:
        assert held
    await client.aclose()


async def test_who_lost_the_hold_is_stopped(store: RedisRunStore, redis_url: str) -> None:
    client = connect(redis_url)
    with pytest.raises(StoreUnavailable, match="lost the hold"):
        async with store.hold("run-1"):
            await client.set(Keys("T1")("hold", "run-1"), "somebody else")
            await asyncio.Event().wait()
    await client.aclose()


async def test_a_held_run_makes_room_and_is_listed_until_it_ends(store: RedisRunStore) -> None:
    first = await store.plan(run(), key="a", per_day=9)
    held = await store.save(first.model_copy(update={"held_by": "U1"}))
    assert await store.active() is None
    assert await store.held() == [held]
    second = await store.plan(run("run-2"), key="b", per_day=9)
    await store.save(held.model_copy(update={"state": RunState.PROMOTED}))
    assert await store.held() == []
    assert await store.active() == second


def test_a_run_that_was_stored_before_there_were_methods_still_loads() -> None:
    old = run().model_dump(mode="json")
    for name in ("method", "held_by", "estimated_finish"):
        del old[name]
    assert Run.model_validate(old) == run()


@pytest.mark.parametrize("steps", range(6))
async def test_who_is_done_while_the_hold_is_renewed_is_not_stopped_later(
    redis_url: str, monkeypatch: pytest.MonkeyPatch, steps: int
) -> None:
    """Whatever step the renewal has come to: some of them lose a cancellation."""
    client = connect(redis_url)
    renewing, real = asyncio.Event(), client.eval

    async def told(*args: object) -> object:
        renewing.set()
        return await real(*args)  # type: ignore[arg-type, misc]

    monkeypatch.setattr(client, "eval", told)
    async with RedisRunStore(client, Keys("T1"), hold_ms=60).hold("run-1"):
        await renewing.wait()
        for _ in range(steps):
            await asyncio.sleep(0)
    await asyncio.sleep(0.1)  # a renewal that went on would find the hold gone by now
    await client.aclose()
