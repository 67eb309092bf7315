"""What any `FineTuning` and `Answering` promise: the real SDK against a provider over HTTP."""

from collections.abc import AsyncIterator
from pathlib import Path

import openai
import pytest

from finetune import Message, Method, ProviderError, ProviderUnavailable
from finetune.adapters.openai import OpenAIAsking, OpenAIFineTuning, OpenAIListing
from finetune.asking.question import Question
from finetune.errors import ModelMissing, QuestionRefused
from finetune.training.spec import TrainingSpec
from tests.fakes.openai_stub import OpenAIStub, Scripted

pytestmark = pytest.mark.anyio
ASKED = Question(model="m", messages=(Message(role="user", content="How many days?"),))


@pytest.fixture
async def client(openai_stub: OpenAIStub) -> AsyncIterator[openai.AsyncOpenAI]:
    async with openai.AsyncOpenAI(api_key="k", base_url=openai_stub.url, max_retries=0) as client:
        yield client


@pytest.fixture
def provider(client: openai.AsyncOpenAI) -> OpenAIFineTuning:
    return OpenAIFineTuning(client)


@pytest.fixture
def rows(tmp_path: Path) -> Path:
    path = tmp_path / "train.jsonl"
    path.write_bytes(b'{"messages": []}\n')
    return path


def spec(training_file: str, run_id: str = "run-261121-3f9a2c41") -> TrainingSpec:
    return TrainingSpec(run_id=run_id, model="base", training_file=training_file, not_before=0)


async def test_an_uploaded_file_is_found_by_name_and_size(
    provider: OpenAIFineTuning, rows: Path
) -> None:
    assert await provider.find_file("a.jsonl", 17) is None
    file_id = await provider.upload("a.jsonl", rows)
    assert await provider.find_file("a.jsonl", 17) == file_id
    assert await provider.find_file("a.jsonl", 18) is None
    assert await provider.find_file("b.jsonl", 17) is None


async def test_a_created_job_is_found_by_its_run(provider: OpenAIFineTuning, rows: Path) -> None:
    asked = spec(await provider.upload("a.jsonl", rows))
    assert await provider.find_job(asked) is None
    job = await provider.create_job(asked)
    assert await provider.find_job(asked) == job
    assert await provider.find_job(spec(asked.training_file, "run-261121-other")) is None


async def test_a_job_is_found_by_its_suffix_where_metadata_is_not_kept(
    provider: OpenAIFineTuning,
    rows: Path,
    openai_stub: OpenAIStub,
) -> None:
    asked = spec(await provider.upload("a.jsonl", rows))
    job = await provider.create_job(asked)
    openai_stub.job.request["metadata"] = None
    assert await provider.find_job(asked) == job


async def test_new_events_come_once_and_oldest_first(
    provider: OpenAIFineTuning,
    rows: Path,
    openai_stub: OpenAIStub,
) -> None:
    openai_stub.polls = None
    job = await provider.create_job(spec(await provider.upload("a.jsonl", rows)))
    for step in range(250):
        openai_stub.job.note(f"Step {step}", step=step, train_loss=1.0)
    first = await provider.events(job.job_id, set())
    assert [e.message for e in first] == ["Created fine-tuning job"] + [
        f"Step {n}" for n in range(250)
    ]
    assert first[-1].data == {"step": 249, "train_loss": 1.0}
    openai_stub.job.note("Step 250")
    new = await provider.events(job.job_id, {e.event_id for e in first})
    assert [e.message for e in new] == ["Step 250"]


async def test_a_finished_job_names_its_model_and_a_failed_one_its_reason(
    provider: OpenAIFineTuning,
    rows: Path,
    openai_stub: OpenAIStub,
) -> None:
    file_id = await provider.upload("a.jsonl", rows)
    good = await provider.create_job(spec(file_id))
    bad = await provider.create_job(spec(file_id, "run-2"))
    openai_stub.finish(good.job_id, "ft:new")
    openai_stub.fail(bad.job_id, "row 3 is empty")
    assert (await provider.job(good.job_id)).fine_tuned_model == "ft:new"
    assert (await provider.job(bad.job_id)).error == "row 3 is empty"


async def test_cancelling_a_job_that_has_ended_is_no_error(
    provider: OpenAIFineTuning,
    rows: Path,
    openai_stub: OpenAIStub,
) -> None:
    job = await provider.create_job(spec(await provider.upload("a.jsonl", rows)))
    await provider.cancel_job(job.job_id)
    assert openai_stub.job.status == "cancelled"
    await provider.cancel_job(job.job_id)


async def test_what_makes_something_is_sent_once(
    rows: Path,
    openai_stub: OpenAIStub,
) -> None:
    async with openai.AsyncOpenAI(api_key="k", base_url=openai_stub.url) as patient:
        openai_stub.fault("POST /v1/files", status=500)
        with pytest.raises(ProviderUnavailable):
            await OpenAIFineTuning(patient).upload("a.jsonl", rows)
    assert openai_stub.requests == ["POST /v1/files"]


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (400, None, QuestionRefused),
        (404, "model_not_found", ModelMissing),
        (403, "model_not_found", ModelMissing),
        (400, "billing_hard_limit_reached", ProviderError),
        (401, "invalid_api_key", ProviderError),
        (403, None, ProviderError),
        (429, "insufficient_quota", ProviderError),
        (408, None, ProviderUnavailable),
        (409, None, ProviderUnavailable),
        (429, "rate_limit_exceeded", ProviderUnavailable),
        (500, None, ProviderUnavailable),
        (503, None, ProviderUnavailable),
    ],
)
async def test_refusals_are_told_from_what_waiting_mends(
    client: openai.AsyncOpenAI,
    openai_stub: OpenAIStub,
    status: int,
    code: str | None,
    kind: type[ProviderError],
) -> None:
    openai_stub.fault("POST /v1/chat", status=status, code=code, message="two\nlines")
    with pytest.raises(ProviderError) as caught:
        await OpenAIAsking(client).ask(ASKED)
    assert type(caught.value) is kind
    assert str(caught.value) == f"the provider said {status}: two lines"


async def test_a_provider_that_is_not_there_may_come_back() -> None:
    async with openai.AsyncOpenAI(
        api_key="k", base_url="http://127.0.0.1:9/v1", max_retries=0
    ) as nobody:
        with pytest.raises(ProviderUnavailable, match=r"^http://127.0.0.1:9 cannot be reached"):
            await OpenAIAsking(nobody).ask(ASKED)


async def test_an_answer_is_asked_for_at_temperature_zero(
    client: openai.AsyncOpenAI,
    openai_stub: OpenAIStub,
) -> None:
    openai_stub.queue(Scripted("20", finish_reason="length"))
    answer = await OpenAIAsking(client).ask(ASKED)
    assert (answer.content, answer.finish_reason) == ("20", "length")
    assert openai_stub.chats[0].body["temperature"] == 0


async def test_training_by_preference_is_asked_for_as_such_on_the_named_base(
    provider: OpenAIFineTuning, rows: Path, openai_stub: OpenAIStub
) -> None:
    asked = spec(await provider.upload("a.jsonl", rows))
    await provider.create_job(
        asked.model_copy(update={"method": Method.DPO, "model": "ft:base:org::1"})
    )
    assert openai_stub.job.request["method"] == {"type": "dpo", "dpo": {}}
    assert openai_stub.job.request["model"] == "ft:base:org::1"


async def test_supervised_training_names_no_method_that_an_older_provider_may_not_know(
    provider: OpenAIFineTuning, rows: Path, openai_stub: OpenAIStub
) -> None:
    await provider.create_job(spec(await provider.upload("a.jsonl", rows)))
    assert "method" not in openai_stub.job.request


async def test_a_refused_method_is_named_in_the_reason(
    provider: OpenAIFineTuning, rows: Path, openai_stub: OpenAIStub
) -> None:
    openai_stub.refused_methods = {"dpo"}
    asked = spec(await provider.upload("a.jsonl", rows))
    with pytest.raises(ProviderError, match="by preference, method dpo") as caught:
        await provider.create_job(asked.model_copy(update={"method": Method.DPO}))
    assert type(caught.value) is ProviderError


async def test_models_that_end_are_listed_with_their_time(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub
) -> None:
    openai_stub.shutdown_dates = {"a": 1_800_000_000, "b": "2027-01-15", "c": "soon"}
    listed = await OpenAIListing(client).shutdowns()
    assert listed == {"a": 1_800_000_000.0, "b": 1_799_971_200.0}


async def test_a_provider_without_a_list_of_models_ends_none(
    client: openai.AsyncOpenAI, openai_stub: OpenAIStub
) -> None:
    openai_stub.fault("GET /v1/models", status=404)
    assert await OpenAIListing(client).shutdowns() == {}
