"""Promotion by approval, refusal, cancelling and rolling back."""

import pytest

from finetune import RunRefused, RunState, Settings
from finetune.bootstrap import Workspace, toolkit
from tests.fakes.openai_account import TuningJob
from tests.fakes.openai_stub import OpenAIStub
from tests.scenarios.finetune.conftest import TEAM, planned, to_its_end

pytestmark = pytest.mark.anyio


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"promotion": "approve"})


async def test_a_better_model_waits_for_an_admins_yes(workspace: Workspace) -> None:
    run = await to_its_end(workspace, await planned(workspace))
    assert run.state is RunState.AWAITING_APPROVAL
    assert await workspace.registry.champion() is None
    promoted = await workspace.runs.promote(run.run_id, "chie")
    assert promoted.state is RunState.PROMOTED
    assert promoted.decided_by == "chie"
    assert await workspace.registry.champion() == run.candidate
    again = await workspace.runs.promote(run.run_id, "ben")
    assert again == promoted


async def test_an_admins_no_ends_the_run(workspace: Workspace) -> None:
    run = await to_its_end(workspace, await planned(workspace))
    declined = await workspace.runs.decline(run.run_id, "chie")
    assert declined.state is RunState.REJECTED
    with pytest.raises(RunRefused, match="does not wait for a decision"):
        await workspace.runs.promote(run.run_id, "chie")
    assert await workspace.registry.champion() is None


async def test_cancelling_stops_the_providers_job_too(
    workspace: Workspace, openai_stub: OpenAIStub
) -> None:
    openai_stub.polls = None
    run = await planned(workspace)
    while run.state is not RunState.TRAINING:
        run = await workspace.runs.advance(run.run_id)
    cancelled = await workspace.runs.cancel(run.run_id, "chie")
    assert cancelled.state is RunState.CANCELLED
    assert openai_stub.job.status == "cancelled"
    assert await workspace.runs.cancel(run.run_id, "chie") == cancelled


async def test_a_job_created_by_a_killed_process_is_cancelled_as_well(
    workspace: Workspace, openai_stub: OpenAIStub
) -> None:
    openai_stub.polls = None
    run = await planned(workspace)
    while run.training_file is None:
        run = await workspace.runs.advance(run.run_id)
    request = {
        "model": "base",
        "training_file": run.training_file,
        "metadata": {"run_id": run.run_id},
    }
    openai_stub.jobs["ftjob-9"] = TuningJob("ftjob-9", request)  # nobody saved that it exists
    await workspace.runs.cancel(run.run_id, "chie")
    assert openai_stub.jobs["ftjob-9"].status == "cancelled"


async def test_rolling_back_brings_the_model_before(workspace: Workspace) -> None:
    run = await to_its_end(workspace, await planned(workspace))
    await workspace.runs.promote(run.run_id, "chie")
    version = await workspace.registry.rollback("chie")
    assert version.model == "base"
    assert await workspace.registry.champion() is None


async def test_the_next_run_is_compared_with_the_promoted_model(
    workspace: Workspace, openai_stub: OpenAIStub
) -> None:
    first = await to_its_end(workspace, await planned(workspace, "one"))
    await workspace.runs.promote(first.run_id, "chie")
    second = await to_its_end(workspace, await planned(workspace, "two"))
    assert second.champion == first.candidate
    assert second.state is RunState.AWAITING_APPROVAL
    assert second.decision is not None
    assert "no gain to show" in second.decision.reasons[0]
    assert len(openai_stub.files) <= 2  # the same snapshot is not uploaded again


async def test_a_run_planned_here_is_seen_by_every_process(
    workspace: Workspace, settings: Settings
) -> None:
    run = await planned(workspace)
    async with toolkit(settings, settings.redis_url or "") as elsewhere:
        other = elsewhere.workspace(TEAM)
        assert await other.runs.active() == run
        assert await elsewhere.workspaces() == [TEAM]
        preview = await other.runs.preview()
    assert preview.problems == (f"run {run.run_id} has not ended (planned)",)
    assert preview.corrections == 1


async def test_a_yes_that_was_cut_off_is_carried_out_by_whoever_looks_next(
    workspace: Workspace, settings: Settings
) -> None:
    run = await to_its_end(workspace, await planned(workspace))
    agreed = await workspace.runs.promote(run.run_id, "chie", wait=False)  # … and killed
    assert (agreed.state, agreed.waiting) == (RunState.AWAITING_APPROVAL, False)
    assert await workspace.registry.champion() is None
    assert await workspace.runs.promote(run.run_id, "ben", wait=False) == agreed
    with pytest.raises(RunRefused):
        await workspace.runs.decline(run.run_id, "ben")
    async with toolkit(settings, settings.redis_url or "") as elsewhere:
        other = elsewhere.workspace(TEAM)
        (left,) = await other.runs.unfinished()
        assert not left.waiting  # so the sweep takes it
        promoted = await other.runs.advance(left.run_id)
    assert (promoted.state, promoted.decided_by) == (RunState.PROMOTED, "chie")
    assert await workspace.registry.champion() == run.candidate


async def test_a_cancel_or_a_no_that_is_only_saved_asks_nothing_of_the_provider(
    workspace: Workspace, openai_stub: OpenAIStub
) -> None:
    openai_stub.polls = None
    run = await planned(workspace, "one")
    while run.state is not RunState.TRAINING:
        run = await workspace.runs.advance(run.run_id)
    requests = list(openai_stub.requests)
    saved = await workspace.runs.cancel(run.run_id, "chie", wait=False)
    assert (saved.state, saved.cancelled_by) == (RunState.TRAINING, "chie")
    assert openai_stub.requests == requests
    assert (await workspace.runs.advance(run.run_id)).state is RunState.CANCELLED
    assert openai_stub.job.status == "cancelled"
    openai_stub.polls = 1
    waits = await to_its_end(workspace, await planned(workspace, "two"))
    cancelled = await workspace.runs.cancel(waits.run_id, "chie", wait=False)
    assert not cancelled.waiting
    assert (await workspace.runs.advance(waits.run_id)).state is RunState.CANCELLED
    third = await to_its_end(workspace, await planned(workspace, "three"))
    declined = await workspace.runs.decline(third.run_id, "chie", wait=False)
    assert declined.state is RunState.REJECTED
