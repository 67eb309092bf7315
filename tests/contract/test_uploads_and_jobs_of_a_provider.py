"""What `Uploading`, `Watched`, `Started` and `Results` promise: the real SDK over HTTP."""

import base64
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openai
import pytest
from fastapi import FastAPI

from finetune import InputError, ProviderError, ProviderUnavailable, RunRefused
from finetune.adapters.openai import OpenAIJobs, OpenAIUploads
from finetune.errors import NotFound
from finetune.jobs.content import Content, measured
from finetune.jobs.ledger import Ledger
from finetune.jobs.starting import Limits, Starter
from finetune.jobs.trouble import Backoff
from finetune.jobs.uploading import LIFETIME, Uploader
from tests.fakes.cutting_proxy import CUT, PASS, PORTAL, RESET, cutting
from tests.fakes.openai_account import TuningJob
from tests.fakes.openai_stub import OpenAIStub
from tests.fakes.serving import served

pytestmark = pytest.mark.anyio
SIZE, PART = 10_000, 1_000


@dataclass
class Bytes:
    """Progress as a bar gets it."""

    told: list[float] = field(default_factory=list)

    def __call__(self, amount: float) -> None:
        self.told.append(amount)

    @property
    def total(self) -> float:
        return sum(self.told)


@pytest.fixture
async def client(openai_stub: OpenAIStub) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(api_key="k", base_url=openai_stub.url) as client:
        yield client


@pytest.fixture
def content(tmp_path: Path) -> Content:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(bytes(n % 251 for n in range(SIZE - 1)) + b"\n")
    return measured(path, Bytes())


def said(line: str) -> None:
    """Nobody reads it."""


async def at_once(seconds: float) -> bool:
    """Nobody waits."""
    return False


def uploader(client: openai.AsyncOpenAI, folder: Path, whole_up_to: int = PART) -> Uploader:
    return Uploader(
        OpenAIUploads(client),
        notes=folder / "uploads",
        account="a",
        whole_up_to=whole_up_to,
        backoff=Backoff(0.01, 0.02),
    )


@pytest.mark.parametrize("whole_up_to", [PART, SIZE], ids=["in parts", "whole"])
async def test_a_file_arrives_as_it_is_and_its_bytes_are_counted(
    client: openai.AsyncOpenAI,
    openai_stub: OpenAIStub,
    content: Content,
    tmp_path: Path,
    whole_up_to: int,
) -> None:
    sent = Bytes()
    file = await uploader(client, tmp_path, whole_up_to).upload(content, sent)
    assert openai_stub.files[file.id].content == content.path.read_bytes()
    assert sent.total == SIZE
    assert max(sent.told) <= 65_536  # streamed
    assert bool(openai_stub.uploads) == (whole_up_to == PART)
    (known,) = await uploader(client, tmp_path).find(content)
    assert known.id == file.id
    assert list((tmp_path / "uploads").glob("*")) == []  # nothing is left behind


async def test_a_provider_without_parts_gets_the_file_whole(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub, content: Content, tmp_path: Path
) -> None:
    openai_stub.takes_parts = False
    await uploader(client, tmp_path).upload(content, Bytes())
    assert openai_stub.requests[-2:] == ["POST /v1/uploads", "POST /v1/files"]


async def test_a_part_that_is_refused_for_a_moment_is_sent_again(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub, content: Content, tmp_path: Path
) -> None:
    openai_stub.fault("POST /v1/uploads/upload_1/parts", status=503, times=3)
    openai_stub.fault("POST /v1/uploads/upload_1/parts", status=429, times=2)
    sent = Bytes()
    file = await uploader(client, tmp_path).upload(content, sent)
    assert openai_stub.files[file.id].content == content.path.read_bytes()
    assert len(openai_stub.uploads["upload_1"].parts) == SIZE // PART
    assert len(openai_stub.uploads) == 1


async def test_a_lost_answer_to_the_last_request_is_looked_for(
    openai_stub: OpenAIStub, content: Content, tmp_path: Path
) -> None:
    plan = [PASS] * (1 + SIZE // PART) + [CUT]
    async with (
        cutting(openai_stub.url, plan) as proxy,
        openai.AsyncOpenAI(api_key="k", base_url=proxy.url) as cut,
    ):
        file = await uploader(cut, tmp_path).upload(content, Bytes())
        assert proxy.made == [CUT]
    assert list(openai_stub.files) == [file.id]


async def test_an_upload_that_expired_meanwhile_begins_anew(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub, content: Content, tmp_path: Path
) -> None:
    openai_stub.fault("POST /v1/uploads/upload_1/complete", status=500, times=9)
    with pytest.raises(ProviderUnavailable):
        await uploader(client, tmp_path).upload(content, Bytes())
    openai_stub.faults.clear()
    openai_stub.uploads["upload_1"].status = "expired"
    file = await uploader(client, tmp_path).upload(content, Bytes())
    assert openai_stub.files[file.id].content == content.path.read_bytes()
    assert openai_stub.uploads["upload_2"].status == "completed"


async def test_parts_that_were_sent_before_are_not_sent_again(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub, content: Content, tmp_path: Path
) -> None:
    openai_stub.fault("POST /v1/uploads/upload_1/complete", status=500, times=9)
    with pytest.raises(ProviderUnavailable):
        await uploader(client, tmp_path).upload(content, Bytes())
    openai_stub.faults.clear()
    sent = Bytes()
    file = await uploader(client, tmp_path).upload(content, sent)
    assert openai_stub.files[file.id].content == content.path.read_bytes()
    assert len(openai_stub.uploads["upload_1"].parts) == SIZE // PART
    assert sent.told == [SIZE]


async def test_another_account_does_not_take_over_an_upload(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub, content: Content, tmp_path: Path
) -> None:
    openai_stub.fault("POST /v1/uploads/upload_1/complete", status=500, times=9)
    with pytest.raises(ProviderUnavailable):
        await uploader(client, tmp_path).upload(content, Bytes())
    openai_stub.faults.clear()
    other = uploader(client, tmp_path)
    other.account = "b"
    await other.upload(content, Bytes())
    assert len(openai_stub.uploads) == 2


async def test_a_folder_that_cannot_be_written_is_named(
    client: openai.AsyncOpenAI, content: Content, tmp_path: Path
) -> None:
    (tmp_path / "uploads").write_text("a file")
    with pytest.raises(InputError, match="uploads"):
        await uploader(client, tmp_path).upload(content, Bytes())


async def test_a_file_that_the_provider_cannot_use_is_said_to_be_so(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub, content: Content, tmp_path: Path
) -> None:
    file = await uploader(client, tmp_path).upload(content, Bytes())
    pending = file.model_copy(update={"status": "pending"})
    openai_stub.files[file.id].status = "failed"
    assert await uploader(client, tmp_path).find(content) == []  # so it is uploaded anew
    parts = uploader(client, tmp_path)
    parts.sleep = at_once
    with pytest.raises(ProviderError, match="cannot use"):
        await parts.usable(pending, said)


async def test_jobs_are_listed_through_all_pages(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub
) -> None:
    for number in range(230):
        job = TuningJob(f"ftjob-{number}", {"model": "m", "training_file": "f"})
        openai_stub.jobs[job.job_id] = job
    listed = [job.id async for job in OpenAIJobs(client).jobs()]
    assert listed == [f"ftjob-{number}" for number in range(229, -1, -1)]


async def test_a_job_is_created_by_one_request_with_what_the_sdk_has_no_name_for(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub
) -> None:
    jobs = OpenAIJobs(client)
    openai_stub.fault("POST /v1/fine_tuning/jobs", status=500)
    body = {"model": "m", "training_file": "file-1", "trainingType": 1}
    with pytest.raises(ProviderUnavailable):
        await jobs.create(body)
    assert openai_stub.requests.count("POST /v1/fine_tuning/jobs") == 1
    openai_stub.files["file-1"] = None  # type: ignore[assignment]
    made = await jobs.create(body)
    assert openai_stub.job.request == body
    assert made.id == "ftjob-1"


async def test_a_provider_that_refuses_metadata_gets_none_unless_a_person_gave_some(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub, content: Content, tmp_path: Path
) -> None:
    file = await uploader(client, tmp_path).upload(content, Bytes())
    body = {"model": "m", "training_file": file.id, "metadata": {"apprentice_key": "k"}}
    openai_stub.fault("POST /v1/fine_tuning", status=400, param="metadata", message="unknown")
    assert (await OpenAIJobs(client).create(body)).metadata is None
    openai_stub.fault("POST /v1/fine_tuning", status=400, param="metadata", message="unknown")
    with pytest.raises(ProviderError, match="unknown"):
        await OpenAIJobs(client).create(body | {"metadata": {"apprentice_key": "k", "team": "x"}})
    assert len(openai_stub.jobs) == 1


async def test_the_wait_that_a_provider_asks_for_is_passed_on(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub
) -> None:
    openai_stub.fault("GET /v1/fine_tuning/jobs/x", status=429, retry_after_ms=1500)
    with pytest.raises(ProviderUnavailable) as refused:
        await OpenAIJobs(client.with_options(max_retries=0)).job("x")
    assert refused.value.retry_after == 1.5


@pytest.mark.parametrize("trouble", [RESET, CUT, PORTAL, 429, 500])
async def test_trouble_between_us_and_the_provider_may_pass(
    openai_stub: OpenAIStub, trouble: str | int
) -> None:
    async with (
        cutting(openai_stub.url, [trouble] * 2) as proxy,
        openai.AsyncOpenAI(api_key="k", base_url=proxy.url, max_retries=0) as troubled,
    ):
        with pytest.raises(ProviderUnavailable):
            await OpenAIJobs(troubled).job("x")
        with pytest.raises(ProviderUnavailable):
            await OpenAIJobs(troubled).events("x", None)


async def test_an_unknown_job_is_named(client: openai.AsyncOpenAI) -> None:
    with pytest.raises(NotFound, match="no job x"):
        await OpenAIJobs(client).events("x", None)


async def test_results_checkpoints_and_models_are_there_after_a_job(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub
) -> None:
    jobs = OpenAIJobs(client)
    job = TuningJob("ftjob-1", {"model": "m", "training_file": "f"})
    openai_stub.jobs[job.job_id] = job
    job.checkpoint(10, train_loss=0.5)
    assert (await jobs.pause("ftjob-1")).status == "paused"
    assert (await jobs.resume("ftjob-1")).status == "running"
    openai_stub.finish("ftjob-1")
    done = await jobs.job("ftjob-1")
    assert base64.b64decode(await jobs.content(done.result_files[0])) == openai_stub.results
    (checkpoint,) = await jobs.checkpoints("ftjob-1")
    assert (checkpoint.step_number, checkpoint.metrics["train_loss"]) == (10, 0.5)
    assert (await jobs.cancel("ftjob-1")).status == "succeeded"
    await jobs.delete_model(done.fine_tuned_model or "")
    assert openai_stub.deleted_models == [done.fine_tuned_model]
    with pytest.raises(NotFound):
        await jobs.delete_model("ft:nobody")


async def test_jobs_in_excess_of_a_days_or_a_models_are_refused(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub, tmp_path: Path
) -> None:
    for number in range(12):
        job = TuningJob(f"ftjob-{number}", {"model": "m", "training_file": "f"}, "succeeded")
        openai_stub.jobs[job.job_id] = job
    now = time.time()
    ledger = Ledger(tmp_path / "orders", "a")
    starter = Starter(
        OpenAIJobs(client), Limits(per_model=1, per_day=12), ledger, clock=lambda: now
    )
    with pytest.raises(RunRefused, match=r"12 jobs were made in the last 24 hours.*--force"):
        await starter.refuse_too_many("other")
    now += 86_500
    await starter.refuse_too_many("m")
    openai_stub.jobs["ftjob-3"].status = "queued"
    with pytest.raises(RunRefused, match=r"ftjob-3 is under way on m.*--force"):
        await starter.refuse_too_many("m")
    await starter.refuse_too_many("other")


@pytest.mark.parametrize("more", [{}, {"has_more": True}], ids=["says nothing", "says more"])
async def test_a_list_of_files_without_an_end_is_read_once(more: dict[str, bool]) -> None:
    asked: list[str | None] = []
    app = FastAPI()

    @app.get("/v1/files")
    async def files(after: str | None = None) -> dict[str, Any]:
        asked.append(after)
        file = {"id": "file-1", "bytes": None, "filename": "x-abc.jsonl"}
        return {"data": [file, {"bytes": 3}, None], **more}

    async with (
        served(app) as url,
        openai.AsyncOpenAI(api_key="k", base_url=f"{url}/v1") as client,
    ):
        found = await OpenAIUploads(client).find_files("-abc.jsonl", 0)
    assert [file.id for file in found] == ["file-1"]
    assert asked == [None, "file-1"]


async def test_an_upload_that_is_too_old_is_not_gone_on_with(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub, content: Content, tmp_path: Path
) -> None:
    openai_stub.fault("POST /v1/uploads/upload_1/complete", status=500, times=9)
    with pytest.raises(ProviderUnavailable):
        await uploader(client, tmp_path).upload(content, Bytes())
    openai_stub.faults.clear()
    later = uploader(client, tmp_path)
    later.clock = lambda: time.time() + LIFETIME + 1
    await later.upload(content, Bytes())
    assert openai_stub.uploads["upload_1"].status == "pending"
    assert openai_stub.uploads["upload_2"].status == "completed"
