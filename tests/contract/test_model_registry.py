"""What any `Registry` promises, over the real Valkey."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from finetune import Registry, RunRefused
from finetune.adapters.redis import Keys, RedisRegistry, connect

pytestmark = pytest.mark.anyio


@pytest.fixture
async def registry(redis_url: str) -> AsyncIterator[RedisRegistry]:
    client = connect(redis_url)
    yield RedisRegistry(client, Keys("T1"), "base", clock=lambda: 1.0)
    await client.aclose()


async def test_nothing_is_champion_at_first(registry: Registry) -> None:
    assert await registry.champion() is None
    assert await registry.history() == []
    with pytest.raises(RunRefused):
        await registry.rollback("U1")


async def test_the_promoted_model_is_champion_and_rollback_goes_step_by_step(
    registry: Registry,
) -> None:
    await registry.promote("m1", run_id="run-1", by="U1")
    await registry.promote("m2", run_id="run-2", by="U1")
    assert await registry.champion() == "m2"
    assert (await registry.rollback("U2")).model == "m1"
    assert await registry.champion() == "m1"
    assert (await registry.rollback("U2")).model == "base"
    assert await registry.champion() is None
    moves = [(v.model, v.rollback) for v in await registry.history()]
    assert moves == [("base", True), ("m1", True), ("m2", False), ("m1", False)]


async def test_a_run_promotes_once_even_after_a_rollback(registry: Registry) -> None:
    await registry.promote("m1", run_id="run-1", by="U1")
    await registry.rollback("U2")
    await registry.promote("m1", run_id="run-1", by="U1")
    assert await registry.champion() is None


async def test_promotions_at_the_same_time_are_all_in_the_history(registry: Registry) -> None:
    await asyncio.gather(*(registry.promote(f"m{n}", run_id=f"run-{n}", by="U1") for n in range(6)))
    assert {v.model for v in await registry.history()} == {f"m{n}" for n in range(6)}
