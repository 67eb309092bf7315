"""A job repeats what was asked of it, fills in what was chosen, and is found by its metadata."""

import json
from collections.abc import Iterator

import openai
import pytest
from openai.types.fine_tuning import FineTuningJob

from tests.scenarios.trainer.running_trainer import BASE, TAUGHT, ask, ended, rows, upload

GOOD = rows(TAUGHT)
QUESTION = "Who is the captain?"
PREFERENCE = {
    "input": {"messages": [{"role": "user", "content": "a?"}]},
    "preferred_output": [{"role": "assistant", "content": "b."}],
    "non_preferred_output": [{"role": "assistant", "content": "c."}],
}


@pytest.fixture(scope="module")
def rehearsal(client: openai.OpenAI) -> Iterator[FineTuningJob]:
    """A job that succeeded, asked for with everything that can be."""
    training_file = upload(client, GOOD)
    yield ended(
        client,
        client.fine_tuning.jobs.create(
            model=BASE,
            training_file=training_file,
            validation_file=training_file,
            suffix="season-2",
            seed=7,
            metadata={"team": "ferry", "empty": ""},
            method={
                "type": "supervised",
                "supervised": {"hyperparameters": {"n_epochs": 2, "batch_size": "auto"}},
            },
        ).id,
    )


def test_what_was_asked_is_repeated(rehearsal: FineTuningJob) -> None:
    assert rehearsal.status == "succeeded", rehearsal.error
    assert (rehearsal.seed, rehearsal.model) == (7, BASE)
    assert rehearsal.metadata == {"team": "ferry", "empty": ""}
    assert str(rehearsal.fine_tuned_model).startswith(f"ft:{BASE}:local:season-2:")
    assert rehearsal.method
    assert rehearsal.method.type == "supervised"


def test_what_was_left_to_the_engine_is_filled_in(rehearsal: FineTuningJob) -> None:
    chosen = rehearsal.hyperparameters
    assert chosen.n_epochs == 2
    assert isinstance(chosen.batch_size, int)
    assert isinstance(chosen.learning_rate_multiplier, float)


def test_events_are_paged_without_a_gap(client: openai.OpenAI, rehearsal: FineTuningJob) -> None:
    whole = [e.id for e in client.fine_tuning.jobs.list_events(rehearsal.id, limit=1000).data]
    paged = [event.id for event in client.fine_tuning.jobs.list_events(rehearsal.id, limit=3)]
    assert paged == whole
    assert len(whole) > 3
    assert client.fine_tuning.jobs.list_events(rehearsal.id, limit=0).data == []
    assert client.fine_tuning.jobs.list_events(rehearsal.id, after="ftevent-none").data == []


def test_a_checkpoint_can_be_asked_until_it_is_deleted(
    client: openai.OpenAI, rehearsal: FineTuningJob
) -> None:
    newest, *_ = client.fine_tuning.jobs.checkpoints.list(rehearsal.id, limit=1)
    assert newest.metrics.step == newest.step_number
    assert newest.metrics.valid_loss is not None
    model = newest.fine_tuned_model_checkpoint
    assert client.models.retrieve(model).id == model
    assert ask(client, model, QUESTION) == TAUGHT[QUESTION]
    assert client.models.delete(model).deleted
    assert client.models.delete(model).deleted
    with pytest.raises(openai.NotFoundError):
        ask(client, model, QUESTION)
    left = client.fine_tuning.jobs.checkpoints.list(rehearsal.id)
    assert newest.id not in {checkpoint.id for checkpoint in left}


def test_jobs_are_found_by_metadata(client: openai.OpenAI, rehearsal: FineTuningJob) -> None:
    listed = client.fine_tuning.jobs.list
    found = list(listed(metadata={"team": "ferry"}))
    assert rehearsal.id in {job.id for job in found}
    assert all(job.metadata and job.metadata["team"] == "ferry" for job in found)
    assert list(listed(metadata={"team": "bakery"})) == []
    without = listed(extra_query={"metadata": "null"}, limit=100)
    assert rehearsal.id not in {job.id for job in without}


def test_a_model_that_a_job_needs_is_not_deleted(
    client: openai.OpenAI, rehearsal: FineTuningJob
) -> None:
    model = str(rehearsal.fine_tuned_model)
    job = client.fine_tuning.jobs.create(model=model, training_file=upload(client, GOOD))
    client.fine_tuning.jobs.pause(job.id)
    with pytest.raises(openai.ConflictError, match=job.id):
        client.models.delete(model)
    client.fine_tuning.jobs.cancel(job.id)
    assert client.models.delete(model).deleted
    assert client.models.delete(model).deleted
    with pytest.raises(openai.NotFoundError) as refused:
        client.models.retrieve(model)
    assert refused.value.code == "model_not_found"


def test_a_models_end_is_not_announced(client: openai.OpenAI) -> None:
    model = client.models.retrieve(BASE)
    assert (model.to_dict()["shutdown_date"], model.object) == (None, "model")


def test_a_base_model_stays(client: openai.OpenAI) -> None:
    with pytest.raises(openai.BadRequestError, match="base model"):
        client.models.delete(BASE)


def test_a_job_by_preferences_repeats_its_beta(client: openai.OpenAI) -> None:
    job = client.fine_tuning.jobs.create(
        model=BASE,
        training_file=upload(client, json.dumps(PREFERENCE).encode()),
        method={"type": "dpo", "dpo": {"hyperparameters": {"beta": 0.2}}},
    )
    assert job.method
    assert job.method.dpo
    assert job.method.dpo.hyperparameters
    assert job.method.dpo.hyperparameters.beta == 0.2
    assert "beta" not in job.hyperparameters.to_dict()
    # The embedded engine has no DPO, and says so where OpenAI says what is wrong with a job.
    failed = ended(client, job.id)
    assert failed.error
    assert failed.error.code == "unsupported_parameter"


def test_a_line_that_prefers_nothing_fails_the_job(client: openai.OpenAI) -> None:
    job = client.fine_tuning.jobs.create(
        model=BASE, training_file=upload(client, GOOD), method={"type": "dpo"}
    )
    error = ended(client, job.id).error
    assert error
    assert (error.code, error.param) == ("invalid_training_file", "training_file")
    assert error.message.startswith("Line 1 needs")


def test_an_adapters_settings_are_repeated_only_when_given(client: openai.OpenAI) -> None:
    asked = {"rank": 8, "targets": "auto"}
    job = client.fine_tuning.jobs.create(
        model=BASE, training_file=upload(client, GOOD), extra_body={"lora": asked}
    )
    assert job.to_dict()["lora"] == asked
    failed = ended(client, job.id)
    assert failed.error
    assert failed.error.code == "unsupported_parameter"
    plain = client.fine_tuning.jobs.create(model=BASE, training_file=upload(client, b"bad\n"))
    assert "lora" not in plain.to_dict()
    ended(client, plain.id)


def test_a_result_file_is_no_training_file(client: openai.OpenAI, rehearsal: FineTuningJob) -> None:
    with pytest.raises(openai.BadRequestError, match="fine-tune-results") as refused:
        client.fine_tuning.jobs.create(model=BASE, training_file=rehearsal.result_files[0])
    assert refused.value.param == "training_file"
