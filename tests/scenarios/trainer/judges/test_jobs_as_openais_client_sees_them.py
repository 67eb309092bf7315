"""`client.fine_tuning.jobs`: create, look, follow, pause, resume and cancel."""

import csv
import io

import openai
import pytest
from openai.types.fine_tuning import FineTuningJob

from tests.scenarios.trainer.judges.judged import Learnt
from tests.scenarios.trainer.running_trainer import BASE, TAUGHT, ended, rows, until

MORE = TAUGHT | {"Is there a discount?": "Pupils pay half the fare."}


def begun(client: openai.OpenAI, **asked: object) -> FineTuningJob:
    file = client.files.create(file=("rows.jsonl", rows(MORE)), purpose="fine-tune")
    return client.fine_tuning.jobs.create(model=BASE, training_file=file.id, **asked)  # type: ignore[arg-type]


def test_a_job_that_succeeded_says_all_about_itself(judged: openai.OpenAI, learnt: Learnt) -> None:
    job = judged.fine_tuning.jobs.retrieve(learnt.job.id)
    assert (job.object, job.status, job.error) == ("fine_tuning.job", "succeeded", None)
    assert (job.model, job.seed, job.metadata) == (BASE, 7, {"team": "ferry", "by": "judges"})
    assert (job.training_file, job.validation_file) == (learnt.training.id, learnt.validation.id)
    assert job.fine_tuned_model is not None
    assert ":captain:" in job.fine_tuned_model
    assert job.finished_at is not None
    assert job.created_at <= job.finished_at
    assert job.trained_tokens
    assert job.method is not None
    assert job.method.type == "supervised"
    assert job.method.supervised is not None
    assert job.method.supervised.hyperparameters is not None
    assert job.method.supervised.hyperparameters.n_epochs == 5


def test_the_result_file_is_a_table_of_the_steps(judged: openai.OpenAI, learnt: Learnt) -> None:
    table = judged.files.content(learnt.job.result_files[0]).text
    steps = list(csv.DictReader(io.StringIO(table)))
    assert [int(row["step"]) for row in steps] == list(range(1, len(steps) + 1))
    assert float(steps[-1]["train_loss"]) < float(steps[0]["train_loss"])


def test_events_page_by_themselves_newest_first(judged: openai.OpenAI, learnt: Learnt) -> None:
    events = list(judged.fine_tuning.jobs.list_events(learnt.job.id, limit=7))
    assert len({event.id for event in events}) == len(events) > 7
    assert events == list(judged.fine_tuning.jobs.list_events(learnt.job.id, limit=1000))
    assert events[-1].message == f"Created fine-tuning job: {learnt.job.id}"
    measured = [event for event in events if event.type == "metrics"]
    assert measured
    for event in measured:
        assert isinstance(event.data, dict)
        assert {"step", "train_loss"} <= event.data.keys()


def test_checkpoints_have_figures_and_page_by_themselves(
    judged: openai.OpenAI, learnt: Learnt
) -> None:
    checkpoints = judged.fine_tuning.jobs.checkpoints
    found = list(checkpoints.list(learnt.job.id, limit=1))
    assert found
    assert [c.id for c in found] == [c.id for c in checkpoints.list(learnt.job.id)]
    for checkpoint in found:
        assert checkpoint.fine_tuning_job_id == learnt.job.id
        assert checkpoint.metrics.step == checkpoint.step_number
        assert checkpoint.metrics.train_loss is not None
        assert checkpoint.metrics.full_valid_loss is not None
        assert checkpoint.metrics.full_valid_mean_token_accuracy is not None


def test_jobs_page_by_themselves_and_are_found_by_metadata(
    judged: openai.OpenAI, learnt: Learnt
) -> None:
    for number in range(2):
        job = begun(judged, metadata={"team": "bus", "number": str(number)})
        judged.fine_tuning.jobs.cancel(job.id)
    jobs = judged.fine_tuning.jobs
    assert len({job.id for job in jobs.list(limit=1)}) >= 3
    found = [job.metadata for job in jobs.list(metadata={"team": "bus"}, limit=1)]
    assert {"team": "bus", "number": "0"} in found
    assert all(metadata and metadata["team"] == "bus" for metadata in found)
    assert list(jobs.list(metadata={"team": "bus", "number": "9"})) == []
    assert learnt.job.id in {job.id for job in jobs.list(metadata={"by": "judges"})}


def test_a_new_job_answers_at_once_and_is_cancelled(judged: openai.OpenAI) -> None:
    job = begun(judged, hyperparameters={"n_epochs": 50, "batch_size": "auto"})
    assert job.status in {"validating_files", "queued", "running"}
    assert (job.finished_at, job.fine_tuned_model, job.result_files) == (None, None, [])
    assert judged.fine_tuning.jobs.cancel(job.id).status == "cancelled"
    gone = ended(judged, job.id)
    assert gone.status == "cancelled"
    assert gone.finished_at is not None
    assert judged.fine_tuning.jobs.cancel(job.id).status == "cancelled"


def test_a_job_is_paused_and_resumed(judged: openai.OpenAI) -> None:
    jobs = judged.fine_tuning.jobs
    job = begun(judged, hyperparameters={"n_epochs": 1})
    assert jobs.pause(job.id).status not in {"succeeded", "failed", "cancelled"}

    def said(word: str) -> bool:
        return any(word in event.message for event in jobs.list_events(job.id))

    until(lambda: said("paused"))
    assert jobs.resume(job.id).finished_at is None
    assert ended(judged, job.id).status == "succeeded"


def test_rows_that_cannot_be_learnt_become_the_jobs_error(judged: openai.OpenAI) -> None:
    bad = rows(TAUGHT) + b'{"messages": [{"role": "user", "content": "and then?"}]}\n'
    file = judged.files.create(file=("bad.jsonl", bad), purpose="fine-tune")
    job = judged.fine_tuning.jobs.create(model=BASE, training_file=file.id)
    job = ended(judged, job.id)
    assert job.status == "failed"
    assert job.error is not None
    assert job.error.param == "training_file"
    assert job.error.code
    assert f"ine {len(TAUGHT) + 1}" in str(job.error.message)


@pytest.mark.parametrize(
    ("asked", "param"),
    [
        ({"integrations": [{"type": "wandb", "wandb": {"project": "p"}}]}, "integrations"),
        ({"hyperparameters": {"n_epochs": 0}}, "n_epochs"),
        ({"hyperparameters": {"batch_size": 257}}, "batch_size"),
        ({"suffix": "x" * 65}, "suffix"),
        ({"metadata": {str(n): "" for n in range(17)}}, "metadata"),
        ({"validation_file": "file-nobody"}, "validation_file"),
        ({"method": {"type": "reinforcement"}}, "method"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_a_job_cannot_have_is_refused_by_name(
    judged: openai.OpenAI, asked: dict[str, object], param: str
) -> None:
    with pytest.raises(openai.BadRequestError) as refused:
        begun(judged, **asked)
    assert param in str(refused.value.param)
    assert refused.value.type == "invalid_request_error"
