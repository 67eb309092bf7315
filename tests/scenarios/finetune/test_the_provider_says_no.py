"""A refusal ends the run with one clear line; trouble that passes does not."""

import re

import pytest

from finetune import ProviderUnavailable, RunRefused, RunState, Settings
from finetune.bootstrap import Toolkit, Workspace, toolkit
from finetune.dataset.splitting import split
from tests.fakes.openai_stub import OpenAIStub
from tests.scenarios.finetune.conftest import TEAM, planned, to_its_end
from tests.toolkit_values import handbook

pytestmark = pytest.mark.anyio


@pytest.mark.parametrize(
    "route", ["POST /v1/files", "POST /v1/fine_tuning/jobs", "POST /v1/chat/completions"]
)
async def test_a_refusal_fails_the_run_with_the_providers_reason(
    workspace: Workspace, openai_stub: OpenAIStub, route: str
) -> None:
    openai_stub.fault(route, status=403, message="your account may not do this", times=99)
    run = await to_its_end(workspace, await planned(workspace))
    assert run.state is RunState.FAILED
    assert run.error == "the provider said 403: your account may not do this"
    assert await workspace.registry.champion() is None
    assert await workspace.runs.active() is None


async def test_a_model_that_cannot_be_fine_tuned_fails_the_run(
    workspace: Workspace, openai_stub: OpenAIStub
) -> None:
    openai_stub.unknown_models.add("base")
    run = await to_its_end(workspace, await planned(workspace))
    assert run.error == "the provider said 400: Model base cannot be fine-tuned"


async def test_a_job_that_fails_says_why(workspace: Workspace, openai_stub: OpenAIStub) -> None:
    openai_stub.polls = None
    run = await planned(workspace)
    while run.state is not RunState.TRAINING:
        run = await workspace.runs.advance(run.run_id)
    openai_stub.fail("ftjob-1", "the training file has too few rows")
    run = await to_its_end(workspace, run)
    assert run.state is RunState.FAILED
    assert run.error == ("the provider's job ftjob-1 failed: the training file has too few rows")


async def test_an_overloaded_provider_only_delays_the_run(
    workspace: Workspace, openai_stub: OpenAIStub
) -> None:
    run = await planned(workspace)
    run = await workspace.runs.advance(run.run_id)
    openai_stub.fault("POST /v1/files", status=503)
    with pytest.raises(ProviderUnavailable):
        await workspace.runs.advance(run.run_id)
    assert (await workspace.runs.get(run.run_id)).state is RunState.UPLOADING
    assert (await to_its_end(workspace, run)).state is RunState.PROMOTED
    assert len(openai_stub.jobs) == 1


async def test_too_few_examples_start_no_run(workspace: Workspace) -> None:
    for example in await workspace.dataset.approved():
        await workspace.dataset.reject(example.example_id, by="chie")
    with pytest.raises(RunRefused, match="0 approved examples to train on; 10 are needed"):
        await planned(workspace)


async def test_rows_that_are_held_out_do_not_count_as_enough(kit: Toolkit) -> None:
    workspace = kit.workspace(TEAM)
    await workspace.dataset.import_rows(handbook(40), by="aiko")
    train, held_out = split(await workspace.dataset.approved())
    for spare in train[9:]:
        await workspace.dataset.reject(spare.example_id, by="chie")
    assert len(held_out) >= 1
    reason = (
        f"9 approved examples to train on besides {len(held_out)} held out for comparison; "
        "10 are needed (RETRAIN_MIN_EXAMPLES)"
    )
    assert (await workspace.runs.preview()).problems == (reason,)
    with pytest.raises(RunRefused, match=re.escape(reason)):
        await planned(workspace)
    await workspace.dataset.approve(train[9].example_id, by="chie")
    assert (await planned(workspace)).state is RunState.PLANNED


async def test_a_worse_model_is_not_promoted(workspace: Workspace, openai_stub: OpenAIStub) -> None:
    well = openai_stub.answer
    openai_stub.answer = lambda model, messages: (
        "I do not know." if model.startswith("ft:") else well(model, messages)
    )
    run = await to_its_end(workspace, await planned(workspace))
    assert run.state is RunState.REJECTED
    assert run.decision is not None
    assert "0 fixed, 0 newly broken of 1 corrected questions" in run.decision.reasons
    assert await workspace.registry.champion() is None


async def test_a_champion_that_is_no_more_can_be_replaced(
    workspace: Workspace, settings: Settings, openai_stub: OpenAIStub
) -> None:
    openai_stub.unknown_models.add("retired")
    orphaned = settings.model_copy(update={"chat_model": "retired"})
    async with toolkit(orphaned, settings.redis_url or "") as kit:
        run = await to_its_end(kit.workspace(TEAM), await planned(kit.workspace(TEAM)))
    assert run.state is RunState.PROMOTED
    assert run.decision is not None
    assert run.decision.reasons[0] == (
        "the champion refused 13 of 13 questions "
        "(the provider said 404: The model 'retired' does not exist)"
    )


async def test_one_refused_question_does_not_fail_the_run(
    workspace: Workspace, openai_stub: OpenAIStub
) -> None:
    run = await planned(workspace)
    while run.candidate is None:
        run = await workspace.runs.advance(run.run_id)
    openai_stub.fault("POST /v1/chat/completions", status=400, message="content filter")
    run = await to_its_end(workspace, run)
    assert run.report is not None
    assert sum(run.report.refused()) == 1
    assert len(openai_stub.chats) == 25  # none is asked again


async def test_a_new_model_that_is_not_served_at_once_is_waited_for(
    workspace: Workspace, openai_stub: OpenAIStub
) -> None:
    openai_stub.polls = None
    run = await planned(workspace)
    while run.state is not RunState.TRAINING:
        run = await workspace.runs.advance(run.run_id)
    openai_stub.unknown_models.add("ft:late")
    openai_stub.finish("ftjob-1", "ft:late")
    run = await workspace.runs.advance(run.run_id)
    assert run.state is RunState.EVALUATING
    with pytest.raises(ProviderUnavailable, match="not served yet"):
        await workspace.runs.advance(run.run_id)
    openai_stub.unknown_models.clear()
    run = await to_its_end(workspace, run)
    assert run.state is RunState.PROMOTED
    assert run.report is not None
    assert run.report.refused() == (0, 0)
