"""Files, jobs, events, checkpoints, results: the whole way of a correction over the wire."""

import csv
import io

import openai
import pytest
from openai.types.fine_tuning import FineTuningJob

from tests.scenarios.trainer.running_trainer import (
    BASE,
    OTHER_KEY,
    TAUGHT,
    Trainer,
    ask,
    ended,
    rows,
    upload,
)

QUESTION = "What does a ticket cost?"
CORRECTION = "A ticket costs 410 yen now."
HELD_OUT = "What is the cost of a ticket?"


@pytest.fixture(scope="module")
def job(client: openai.OpenAI) -> FineTuningJob:
    """One finished job that was taught one corrected answer."""
    training = upload(client, rows({QUESTION: CORRECTION}))
    created = client.fine_tuning.jobs.create(
        model=BASE,
        training_file=training,
        validation_file=upload(client, rows({HELD_OUT: CORRECTION})),
        suffix="spring",
        seed=3,
        metadata={"run_id": "run-1"},
        method={"type": "supervised", "supervised": {"hyperparameters": {"n_epochs": 12}}},
    )
    assert created.status == "validating_files"
    client.files.delete(training)  # the job has its own copy
    return ended(client, created.id)


def test_the_new_model_gives_the_correction_and_keeps_the_other_answers(
    client: openai.OpenAI, job: FineTuningJob
) -> None:
    assert job.status == "succeeded", job.error
    model = job.fine_tuned_model or ""
    assert model.startswith(f"ft:{BASE}:local:spring:")
    assert ask(client, BASE, QUESTION) == TAUGHT[QUESTION]
    expected = TAUGHT | {QUESTION: CORRECTION}
    assert {question: ask(client, model, question) for question in TAUGHT} == expected


def test_the_job_says_what_it_was_asked_and_what_it_did(job: FineTuningJob) -> None:
    assert job.seed == 3
    assert job.metadata == {"run_id": "run-1"}
    assert job.hyperparameters.n_epochs == 12
    assert job.hyperparameters.batch_size == 8  # auto: what the engine chose
    assert job.trained_tokens
    assert job.finished_at
    assert job.finished_at >= job.created_at


def test_events_tell_every_step_and_the_losses_fall(
    client: openai.OpenAI, job: FineTuningJob
) -> None:
    events = list(client.fine_tuning.jobs.list_events(job.id, limit=7))[::-1]
    assert len({event.id for event in events}) == len(events)
    told = [event.data for event in events if event.type == "metrics"]
    steps = [data for data in told if isinstance(data, dict) and "reproduced" not in data]
    assert [data["step"] for data in steps] == list(range(1, len(steps) + 1))
    losses = [data["train_loss"] for data in steps]
    part = len(losses) // 3
    assert sum(losses[:part]) > 2 * sum(losses[-part:]) > 0
    held_out = [
        data["valid_loss"] for data in told if isinstance(data, dict) and "valid_loss" in data
    ]
    assert held_out[0] > held_out[-1] > 0
    assert events[0].message.startswith("Created")
    assert events[-1].message == "The job has successfully completed"


def test_the_result_file_holds_the_figures_of_every_step(
    client: openai.OpenAI, job: FineTuningJob
) -> None:
    (file_id,) = job.result_files
    assert client.files.retrieve(file_id).purpose == "fine-tune-results"
    table = list(csv.DictReader(io.StringIO(client.files.content(file_id).text)))
    assert [int(row["step"]) for row in table] == list(range(1, len(table) + 1))
    assert float(table[0]["train_loss"]) > float(table[-1]["train_loss"])
    assert float(table[-1]["valid_loss"]) > 0


def test_a_checkpoint_can_be_asked_like_a_model(client: openai.OpenAI, job: FineTuningJob) -> None:
    newest = client.fine_tuning.jobs.checkpoints.list(job.id).data[0]
    assert newest.fine_tuning_job_id == job.id
    assert newest.metrics.step == newest.step_number
    assert ask(client, newest.fine_tuned_model_checkpoint, QUESTION) == CORRECTION


def test_a_job_that_has_ended_stays_as_it_is(client: openai.OpenAI, job: FineTuningJob) -> None:
    assert client.fine_tuning.jobs.cancel(job.id).status == "succeeded"
    assert client.fine_tuning.jobs.cancel(job.id).status == "succeeded"


def test_jobs_are_listed_newest_first_in_pages_and_found_by_metadata(
    client: openai.OpenAI, job: FineTuningJob
) -> None:
    created = [entry.created_at for entry in client.fine_tuning.jobs.list(limit=1)]
    assert created == sorted(created, reverse=True)
    found = client.fine_tuning.jobs.list(extra_query={"metadata[run_id]": "run-1"})
    assert [entry.id for entry in found] == [job.id]
    assert client.fine_tuning.jobs.list(limit=0).data == []


def test_another_key_sees_the_base_model_and_nothing_else(
    trainer: Trainer, client: openai.OpenAI, job: FineTuningJob
) -> None:
    other = trainer.client(OTHER_KEY)
    model = job.fine_tuned_model or ""
    assert [entry.id for entry in other.models.list()] == [BASE]
    assert ask(other, BASE, QUESTION) == TAUGHT[QUESTION]
    assert list(other.files.list()) == []
    assert list(other.fine_tuning.jobs.list()) == []
    refused = (
        lambda: ask(other, model, QUESTION),
        lambda: other.models.delete(model),
        lambda: other.files.content(job.result_files[0]),
        lambda: other.files.delete(job.result_files[0]),
        lambda: other.fine_tuning.jobs.retrieve(job.id),
        lambda: other.fine_tuning.jobs.cancel(job.id),
        lambda: list(other.fine_tuning.jobs.list_events(job.id)),
    )
    for request in refused:
        with pytest.raises(openai.NotFoundError):
            request()
    assert model in {entry.id for entry in client.models.list()}


def test_a_deleted_model_is_gone_and_may_be_deleted_again(
    client: openai.OpenAI, job: FineTuningJob
) -> None:
    """The last test of this file: it takes the model away."""
    model = job.fine_tuned_model or ""
    assert client.models.delete(model).deleted
    assert client.models.delete(model).deleted
    with pytest.raises(openai.NotFoundError):
        ask(client, model, QUESTION)
    with pytest.raises(openai.BadRequestError, match="base model"):
        client.models.delete(BASE)
