"""`finetune train FILE`: one file and one job, whatever dies and however often it is run."""

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.fakes.cutting_proxy import CUT, PASS, cutting
from tests.fakes.openai_stub import OpenAIStub
from tests.scenarios.finetune.conftest import Finetune, Said

pytestmark = pytest.mark.anyio


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    """Twelve chat rows."""
    path = tmp_path / "faq.jsonl"
    path.write_text("".join(row(number) for number in range(12)))
    return path


def row(number: int) -> str:
    question = {"role": "user", "content": f"What is rule {number}?"}
    answer = {"role": "assistant", "content": f"Rule {number} says {number * 7}."}
    return json.dumps({"messages": [question, answer]}) + "\n"


Train = Callable[..., Any]


@pytest.fixture
def train(finetune: Finetune, rows: Path) -> Train:
    async def run(*arguments: str, **changes: str) -> Said:
        return await (await finetune("train", str(rows), *arguments, **changes)).end()

    return run


async def test_from_a_file_to_a_model_and_the_same_again_offers_the_job(
    train: Train, openai_stub: OpenAIStub, rows: Path
) -> None:
    first = await train("--epochs", "3", "--seed", "7", "--metadata", "team=ferry")
    assert first.code == 0, first.err
    assert "ftjob-1 succeeded: ft:base:stub:" in first.out
    assert "Step 1" in first.out
    assert openai_stub.job.request["hyperparameters"] == {"n_epochs": 3}
    assert openai_stub.job.request["seed"] == 7
    assert openai_stub.job.request["metadata"]["team"] == "ferry"
    (file,) = openai_stub.files.values()
    assert file.content == rows.read_bytes()
    assert file.name.startswith("faq-")

    renamed = rows.rename(rows.with_name("renamed.jsonl"))
    rows.write_bytes(renamed.read_bytes())
    again = await train("--epochs", "3", "--seed", "7", "--json")
    assert again.code == 0
    assert json.loads(again.out)["id"] == "ftjob-1"
    assert "ftjob-1 exists for this file and these settings: succeeded, made 20" in again.err
    assert len(openai_stub.jobs) == 1

    other = await train("--epochs", "4", "--no-follow", "--json")
    assert json.loads(other.out)["id"] == "ftjob-2"
    assert len(openai_stub.files) == 1  # the same content is not uploaded again


@pytest.mark.parametrize(
    ("stage", "keeps_metadata"),
    [
        pytest.param("GET /v1/files", True, id="before the upload"),
        pytest.param("POST /v1/files", True, id="after the upload"),
        pytest.param("POST /v1/fine_tuning/jobs", True, id="after the creation"),
        pytest.param("POST /v1/fine_tuning/jobs", False, id="after it, without metadata"),
    ],
)
async def test_killed_at_any_stage_it_uploads_and_creates_once(
    finetune: Finetune,
    train: Train,
    openai_stub: OpenAIStub,
    rows: Path,
    stage: str,
    keeps_metadata: bool,
) -> None:
    openai_stub.keeps_metadata, openai_stub.polls = keeps_metadata, 1
    hold = openai_stub.hold(stage)  # carried out, and its answer never arrives
    command = await finetune("train", str(rows))
    await hold.reached.wait()
    await command.killed()
    hold.release()
    ended = await train()
    assert ended.code == 0, ended.err
    assert len(openai_stub.files) == len(openai_stub.jobs) == 1
    assert openai_stub.requests.count("POST /v1/files") == 1
    assert openai_stub.requests.count("POST /v1/fine_tuning/jobs") == 1
    assert openai_stub.job.status == "succeeded"


async def test_killed_among_the_parts_it_sends_only_the_missing_ones(
    finetune: Finetune, train: Train, openai_stub: OpenAIStub, rows: Path
) -> None:
    size = 200
    count = -(-rows.stat().st_size // size)
    openai_stub.polls = 1
    for _ in range(count - 1):
        openai_stub.hold("POST /v1/uploads/upload_1/parts").release()
    last = openai_stub.hold("POST /v1/uploads/upload_1/parts")  # never answered
    command = await finetune("train", str(rows), UPLOAD_IN_PARTS_ABOVE=str(size))
    await last.reached.wait()
    await asyncio.sleep(0.5)  # the answers to the others arrive
    await command.killed()
    last.release()
    assert openai_stub.files == {}
    ended = await train(UPLOAD_IN_PARTS_ABOVE=str(size))
    assert ended.code == 0, ended.err
    (file,) = openai_stub.files.values()
    assert file.content == rows.read_bytes()
    assert len(openai_stub.uploads["upload_1"].parts) == count + 1
    assert openai_stub.requests.count("POST /v1/uploads") == 1


async def test_answers_that_were_lost_are_looked_for_before_anything_is_sent_again(
    train: Train, openai_stub: OpenAIStub
) -> None:
    openai_stub.polls = 1
    lost_upload = [PASS, PASS, PASS, CUT]
    lost_job = [PASS, CUT]  # the file is looked for, the job is made
    async with cutting(openai_stub.url, [*lost_upload, *lost_job]) as proxy:
        ended = await train(OPENAI_BASE_URL=proxy.url)
        assert proxy.made == [CUT, CUT]
    assert ended.code == 0, ended.err
    assert openai_stub.requests.count("POST /v1/files") == len(openai_stub.files) == 1
    assert openai_stub.requests.count("POST /v1/fine_tuning/jobs") == len(openai_stub.jobs) == 1


async def test_a_second_job_on_the_same_base_has_to_be_forced(
    train: Train, openai_stub: OpenAIStub
) -> None:
    openai_stub.polls = None
    await train("--no-follow")
    refused = await train("--seed", "2")
    assert refused.code == 1
    assert "ftjob-1 is under way on base" in refused.err
    assert "--force" in refused.err
    assert len(openai_stub.jobs) == 1
    forced = await train("--seed", "2", "--force", "--no-follow")
    assert forced.code == 0
    assert "To watch it: finetune jobs follow ftjob-2" in forced.out


async def test_a_job_that_failed_is_said_to_have_and_made_anew_only_when_asked(
    train: Train, openai_stub: OpenAIStub
) -> None:
    await train("--no-follow")
    openai_stub.fail("ftjob-1", "no")
    failed = await train()
    assert failed.code == 1
    assert "finetune: ftjob-1 failed: no; start another one with" in failed.err
    assert (await train("--again", "--no-follow")).code == 0
    assert len(openai_stub.jobs) == 2
