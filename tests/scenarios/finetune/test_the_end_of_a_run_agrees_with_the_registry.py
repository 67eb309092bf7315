"""Promoted is what the registry says is promoted, whoever cancels or is killed at that moment."""

import pytest

from finetune import InputError, Run, RunRefused, RunState, Settings
from finetune.adapters.redis import Keys, RedisRegistry, RedisRunStore, connect
from finetune.bootstrap import Workspace
from tests.scenarios.finetune.conftest import TEAM, planned, to_its_end

pytestmark = pytest.mark.anyio


async def decided(workspace: Workspace) -> Run:
    """A run that the gate lets through, one step before it is promoted."""
    run = await planned(workspace)
    while run.decision is None:
        run = await workspace.runs.advance(run.run_id)
    return run


async def test_a_cancel_between_promotion_and_save_is_refused(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = await decided(workspace)
    promote, refusals = RedisRegistry.promote, []

    async def promote_and_be_cancelled(
        registry: RedisRegistry, model: str, *, run_id: str, by: str
    ) -> None:
        await promote(registry, model, run_id=run_id, by=by)
        for no in (workspace.runs.cancel, workspace.runs.decline):
            with pytest.raises(RunRefused, match=r"promoted already.*use rollback") as refusal:
                await no(run_id, "chie", wait=False)
            refusals.append(refusal)

    monkeypatch.setattr(RedisRegistry, "promote", promote_and_be_cancelled)
    ended = await to_its_end(workspace, run)
    assert len(refusals) == 2
    assert (ended.state, ended.cancelled_by) == (RunState.PROMOTED, None)
    assert await workspace.registry.champion() == ended.candidate


async def test_a_cancel_that_was_saved_first_leaves_the_champion_alone(
    workspace: Workspace,
) -> None:
    run = await planned(workspace)
    while run.candidate is None:
        run = await workspace.runs.advance(run.run_id)
    await workspace.runs.cancel(run.run_id, "chie", wait=False)
    assert (await to_its_end(workspace, run)).state is RunState.CANCELLED
    assert await workspace.registry.champion() is None


async def test_whoever_died_after_promoting_is_seen_to_have_promoted(workspace: Workspace) -> None:
    run = await decided(workspace)
    await workspace.registry.promote(run.candidate or "", run_id=run.run_id, by="chie")  # … killed
    await workspace.registry.rollback("chie")
    with pytest.raises(RunRefused, match="promoted already"):
        await workspace.runs.cancel(run.run_id, "chie")
    assert (await workspace.runs.advance(run.run_id)).state is RunState.PROMOTED
    assert await workspace.registry.champion() is None
    assert len(await workspace.registry.history()) == 2


async def test_an_error_after_the_promotion_does_not_fail_the_run(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    promote = RedisRegistry.promote

    async def promote_and_break(
        registry: RedisRegistry, model: str, *, run_id: str, by: str
    ) -> None:
        await promote(registry, model, run_id=run_id, by=by)
        raise InputError("something else is wrong")

    monkeypatch.setattr(RedisRegistry, "promote", promote_and_break)
    ended = await to_its_end(workspace, await planned(workspace))
    assert (ended.state, ended.error) == (RunState.PROMOTED, None)


async def test_a_cancel_behind_the_back_of_a_promotion_ends_as_promoted(
    workspace: Workspace, settings: Settings
) -> None:
    """As when a process had stood still for so long that others took the run over."""
    run = await decided(workspace)
    client = connect(settings.redis_url or "")
    store = RedisRunStore(client, Keys(TEAM))
    await store.save(run.model_copy(update={"cancelled_by": "chie", "decision": None}))
    await workspace.registry.promote(run.candidate or "", run_id=run.run_id, by="chie")
    assert (await workspace.runs.advance(run.run_id)).state is RunState.PROMOTED
    await client.aclose()
