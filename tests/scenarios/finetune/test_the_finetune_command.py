"""`finetune` as people and scripts use it: documents on stdout, reasons on stderr, exit codes."""

import json
import signal
from pathlib import Path
from typing import Any

import pytest
import redis.asyncio

from finetune import RunState
from finetune.bootstrap import Workspace
from tests.fakes.openai_stub import OpenAIStub
from tests.scenarios.finetune.conftest import TEAM, Finetune, Said, planned

pytestmark = pytest.mark.anyio


async def said(finetune: Finetune, *arguments: str, **changes: str) -> Said:
    return await (await finetune(*arguments, **changes)).end()


async def document(finetune: Finetune, *arguments: str) -> dict[str, Any]:
    ended = await said(finetune, *arguments, "--json")
    assert ended.code == 0, ended.err
    found: dict[str, Any] = json.loads(ended.out)  # nothing else is on stdout
    return found


async def test_from_a_file_to_a_promoted_model_and_back(
    finetune: Finetune, openai_stub: OpenAIStub, workspace: Workspace, tmp_path: Path
) -> None:
    rows = tmp_path / "rows.jsonl"
    question = {"role": "user", "content": "What is rule 99?"}
    answer = {"role": "assistant", "content": "Rule 99 says 693."}
    rows.write_text(json.dumps({"messages": [question, answer]}) + "\n")

    imported = await document(finetune, "import", str(rows))
    assert imported == {
        "imported": 1,
        "approved": 14,
        "new": 1,
        "known": 0,
        "not_taught": 0,
    }

    run = await document(finetune, "train", "--workspace", TEAM)
    assert run["state"] == "promoted"
    assert run["losses"] == [2.0, 1.0]
    assert len(openai_stub.jobs) == 1

    listed = (await document(finetune, "runs"))["runs"]
    assert [r["run_id"] for r in listed] == [run["run_id"]]
    back = await document(finetune, "rollback")
    assert back["model"] == "base"
    told = (await document(finetune, "audit", "--about", run["run_id"]))["entries"]
    assert [entry["action"] for entry in told] == ["rolled_back", "went_live", "run_planned"]
    table = (await said(finetune, "audit", "--limit", "9")).out
    assert "imported" in table
    exported = await said(finetune, "export")
    assert len(exported.out.splitlines()) == 14
    assert json.loads(exported.out.splitlines()[0])["messages"][0]["role"] == "user"


async def test_a_run_that_waits_is_promoted_by_a_command(
    finetune: Finetune, workspace: Workspace
) -> None:
    waits = await said(finetune, "train", PROMOTION="approve")
    assert waits.code == 0
    assert "waits for a decision: finetune promote run-" in waits.err
    assert "corrected questions: 1 of 1 right, 1 fixed, 0 broken" in waits.out
    promoted = await said(finetune, "promote")
    assert "answers now" in promoted.out
    assert await workspace.registry.champion() is not None


async def test_no_follow_plans_a_run_that_a_bot_takes_on(
    finetune: Finetune, workspace: Workspace, openai_stub: OpenAIStub
) -> None:
    run = await document(finetune, "train", "--no-follow")
    assert run["state"] == "planned"
    assert openai_stub.requests == []
    (unfinished,) = await workspace.runs.unfinished()
    assert unfinished.run_id == run["run_id"]
    cancelled = await document(finetune, "cancel")
    assert cancelled["state"] == "cancelled"


async def test_a_decision_that_somebody_else_carries_out_is_not_said_to_be_done(
    finetune: Finetune, workspace: Workspace, redis_url: str
) -> None:
    run = await planned(workspace)
    async with redis.asyncio.Redis.from_url(redis_url) as client:
        await client.set(f"apprentice:{{{TEAM}}}:hold:{run.run_id}", "a worker's")
    asked = await said(finetune, "cancel")
    assert asked.out.strip() == f"{run.run_id} is being cancelled"
    assert (await workspace.runs.get(run.run_id)).cancelled_by


@pytest.mark.parametrize(("ends_by", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
async def test_ctrl_c_leaves_the_run_going_and_says_how_to_follow_it(
    finetune: Finetune,
    workspace: Workspace,
    openai_stub: OpenAIStub,
    ends_by: signal.Signals,
    code: int,
) -> None:
    openai_stub.polls = None
    run = await planned(workspace)
    hold = openai_stub.hold("GET /v1/fine_tuning/jobs/ftjob-1")
    command = await finetune("runs", run.run_id, "--follow")
    await hold.reached.wait()
    command.process.send_signal(ends_by)
    ended = await command.end()
    assert ended.code == code
    assert f"finetune runs {run.run_id} --follow" in ended.err
    assert "Traceback" not in ended.err
    assert (await workspace.runs.get(run.run_id)).state is RunState.TRAINING
    assert openai_stub.job.status == "running"


async def test_a_failed_run_ends_with_1_and_one_reason(
    finetune: Finetune, workspace: Workspace, openai_stub: OpenAIStub
) -> None:
    openai_stub.fault("POST /v1/files", status=401, message="Incorrect API key provided")
    ended = await said(finetune, "train", "--json")
    assert ended.code == 1
    assert json.loads(ended.out)["state"] == "failed"
    last = ended.err.strip().splitlines()[-1]
    assert last.endswith("ended as failed: the provider said 401: Incorrect API key provided")
