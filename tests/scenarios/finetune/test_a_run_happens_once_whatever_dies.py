"""However often a step is taken, by whomever, and whoever is killed: one upload, one job, one end."""

import asyncio
from collections import Counter

import pytest
import redis.asyncio

from finetune import RunState, Settings
from finetune.bootstrap import Workspace, toolkit
from finetune.dataset.freezing import Freezing, Taken
from tests.fakes.openai_stub import OpenAIStub
from tests.scenarios.finetune.conftest import TEAM, Finetune, planned, to_its_end

pytestmark = pytest.mark.anyio


def assert_made_once(stub: OpenAIStub) -> None:
    names = Counter(file.name for file in stub.files.values())
    assert set(names.values()) == {1}
    assert sum("train" in name for name in names) == 1
    assert len(stub.jobs) == 1


async def test_a_run_goes_from_the_dataset_to_a_promoted_model(
    workspace: Workspace, openai_stub: OpenAIStub
) -> None:
    run = await to_its_end(workspace, await planned(workspace))
    assert run.state is RunState.PROMOTED
    assert await workspace.registry.champion() == run.candidate == openai_stub.job.fine_tuned_model
    assert [state.value for state, _ in run.stages] == [
        "planned",
        "uploading",
        "training",
        "evaluating",
        "promoted",
    ]
    assert run.losses == (2.0, 1.0)
    assert run.report is not None
    assert run.report.fixed("corrected") == 1
    assert run.report.broken() == 0
    rows = [row for file in openai_stub.files.values() for row in file.rows()]
    assert len(rows) == 13
    assert openai_stub.job.request["metadata"] == {"run_id": run.run_id}
    assert_made_once(openai_stub)


async def test_advancing_an_ended_run_changes_nothing(
    workspace: Workspace, openai_stub: OpenAIStub
) -> None:
    run = await to_its_end(workspace, await planned(workspace))
    requests = list(openai_stub.requests)
    assert await workspace.runs.advance(run.run_id) == run
    assert openai_stub.requests == requests


async def test_many_processes_may_advance_a_run_at_once(
    workspace: Workspace, settings: Settings, openai_stub: OpenAIStub
) -> None:
    run = await planned(workspace)

    async def worker() -> None:
        async with toolkit(settings, settings.redis_url or "") as kit:
            own = kit.workspace(TEAM)
            while not (now := await own.runs.advance(run.run_id)).ended:
                await asyncio.sleep(0 if now.state is RunState.PLANNED else 0.005)

    await asyncio.gather(*(worker() for _ in range(4)))
    assert (await workspace.runs.get(run.run_id)).state is RunState.PROMOTED
    assert_made_once(openai_stub)
    asked = Counter((chat.model, chat.question) for chat in openai_stub.chats)
    assert set(asked.values()) == {1}


async def test_a_step_that_was_done_but_not_saved_is_found_again(
    workspace: Workspace, openai_stub: OpenAIStub, redis_url: str
) -> None:
    """As if killed between the provider's answer and the save, at every single step."""
    run = await planned(workspace)
    async with redis.asyncio.Redis.from_url(redis_url, decode_responses=True) as client:
        key = f"apprentice:{{{TEAM}}}:run:{run.run_id}"
        while not run.ended:
            before = str(await client.get(key))
            await workspace.runs.advance(run.run_id)
            await client.set(key, before)  # the save is lost …
            run = await workspace.runs.advance(run.run_id)  # … and the step taken again
    assert run.state is RunState.PROMOTED
    assert_made_once(openai_stub)
    assert len(await workspace.registry.history()) == 1


STAGES = (
    "GET /v1/files",
    "POST /v1/files",
    "GET /v1/fine_tuning/jobs",
    "POST /v1/fine_tuning/jobs",
    "GET /v1/fine_tuning/jobs/ftjob-1",
    "GET /v1/fine_tuning/jobs/ftjob-1/events",
    "POST /v1/chat/completions",
)


async def test_what_is_erased_while_a_snapshot_is_taken_is_in_no_file(
    workspace: Workspace, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = Freezing.taken

    async def meanwhile(freezing: Freezing) -> Taken:
        found = await taken(freezing)
        await workspace.dataset.erase("c1")
        return found

    run = await planned(workspace)
    with monkeypatch.context() as patched:
        patched.setattr(Freezing, "taken", meanwhile)
        assert await workspace.runs.advance(run.run_id) == run
    assert not list((settings.data_dir / "snapshots").iterdir())
    run = await workspace.runs.advance(run.run_id)
    assert (run.state, run.corrections) == (RunState.UPLOADING, 0)


async def test_kill_9_in_the_middle_of_each_stage_leaves_one_job_and_the_run_ends(
    workspace: Workspace, openai_stub: OpenAIStub, finetune: Finetune, redis_url: str
) -> None:
    """The provider has done what it was asked, and its client dies before it hears so."""
    run = await planned(workspace)
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        for stage in STAGES:
            hold = openai_stub.hold(stage)
            command = await finetune("runs", run.run_id, "--follow")
            await hold.reached.wait()
            await command.killed()
            hold.release()
            if stage != STAGES[-1]:  # time does it as well, a few seconds later
                await client.delete(f"apprentice:{{{TEAM}}}:hold:{run.run_id}")
        last = await (await finetune("runs", run.run_id, "--follow")).end()
    assert last.code == 0, last.err
    ended = await workspace.runs.get(run.run_id)
    assert ended.state is RunState.PROMOTED
    assert_made_once(openai_stub)
    assert await workspace.registry.champion() == ended.candidate
    assert len(await workspace.registry.history()) == 1
