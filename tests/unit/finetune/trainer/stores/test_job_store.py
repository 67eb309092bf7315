"""Jobs in the database: of two that race to change one, only one wins."""

import sqlite3
from pathlib import Path

import pytest

from finetune.trainer.engine import Chosen
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.job_store import Job, JobStore
from finetune.trainer.wire.job_request import JobRequest, new_job


@pytest.fixture
def database(tmp_path: Path) -> Database:
    return Database(tmp_path / "trainer.sqlite3")


@pytest.fixture
def jobs(database: Database) -> JobStore:
    return JobStore(database)


def add(jobs: JobStore, status: str = "running", owner: str = "us") -> Job:
    job = new_job(owner, JobRequest(model="base", training_file="file-1"))
    jobs.add(job)
    if status != job.status:
        jobs.move(job.job_id, status, since=job.status)
    return job


def test_a_job_ends_once(jobs: JobStore) -> None:
    job = add(jobs)
    assert jobs.end(job.job_id, "cancelled")
    assert not jobs.end(job.job_id, "succeeded", trained_tokens=5)
    kept = jobs.get(job.job_id)
    assert kept is not None
    assert (kept.status, kept.trained_tokens) == ("cancelled", None)


def test_only_a_running_job_succeeds(jobs: JobStore) -> None:
    assert not jobs.end(add(jobs, "queued").job_id, "succeeded")


def test_a_paused_job_is_not_next_until_it_goes_on(jobs: JobStore) -> None:
    first, second = add(jobs), add(jobs, "queued")
    assert jobs.pause(first.job_id, paused=True)
    assert not jobs.pause(first.job_id, paused=True)
    assert [job.job_id for job in jobs.waiting("queued")] == [second.job_id]
    assert jobs.pause(first.job_id, paused=False)
    assert [job.job_id for job in jobs.waiting("queued")] == [first.job_id, second.job_id]


def test_a_job_that_has_ended_is_not_paused(jobs: JobStore) -> None:
    job = add(jobs)
    jobs.end(job.job_id, "failed")
    assert not jobs.pause(job.job_id, paused=True)
    assert jobs.events(job.job_id) == []


def test_an_event_told_again_stays_single(jobs: JobStore) -> None:
    job = add(jobs)
    for loss in (0.5, 0.4):
        jobs.note(job.job_id, "Step 1", mark="step-1", data={"step": 1, "train_loss": loss})
    (event,) = jobs.events(job.job_id)
    assert event.data == {"step": 1, "train_loss": 0.5}
    assert event.kind == "metrics"


def test_a_checkpoint_told_again_stays_single(jobs: JobStore) -> None:
    job = add(jobs)
    for step in (1, 2, 2):
        jobs.add_checkpoint(job.job_id, step, f"jobs/{job.job_id}/checkpoints/{step}", {})
    assert [checkpoint.step for checkpoint in jobs.checkpoints(job.job_id)] == [2, 1]


def test_a_server_sees_the_jobs_of_its_own_engine_only(database: Database, jobs: JobStore) -> None:
    job = add(jobs, "queued")
    others = JobStore(database, "peft")
    assert (others.get(job.job_id), others.of("us"), others.waiting("queued")) == (None, [], [])


def test_a_transaction_that_breaks_changes_nothing(database: Database, jobs: JobStore) -> None:
    job = add(jobs)

    def broken() -> None:
        with database.transaction():
            jobs.end(job.job_id, "succeeded")
            raise OSError

    with pytest.raises(OSError):
        broken()
    kept = jobs.get(job.job_id)
    assert kept is not None
    assert kept.status == "running"


def test_the_model_of_a_model_keeps_the_name_of_its_root() -> None:
    again = JobRequest(model="ft:base:local:may:abc", training_file="file-1", suffix="june")
    assert new_job("us", again).model_id.startswith("ft:base:local:june:")


def test_only_jobs_that_have_not_ended_count_for_their_key(jobs: JobStore) -> None:
    add(jobs, "queued")
    add(jobs, owner="them")
    jobs.end(add(jobs).job_id, "cancelled")
    assert jobs.under_way("us") == 1


def test_what_the_engine_chose_replaces_auto_and_nothing_else(jobs: JobStore) -> None:
    asked = {"n_epochs": 3, "batch_size": "auto"}
    request = {"model": "base", "training_file": "file-1", "hyperparameters": asked}
    job = new_job("us", JobRequest.model_validate(request))
    jobs.add(job)
    for _ in range(2):
        jobs.choose(job.job_id, Chosen(n_epochs=9, batch_size=4))
    kept = jobs.get(job.job_id)
    assert kept is not None
    assert kept.request["hyperparameters"] == {
        "n_epochs": 3,
        "batch_size": 4,
        "learning_rate_multiplier": "auto",
    }


def test_a_job_is_not_cancelled_or_paused_without_its_event(
    database: Database, jobs: JobStore
) -> None:
    job = add(jobs)
    database.change(
        "CREATE TRIGGER full BEFORE INSERT ON events BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    )
    with pytest.raises(sqlite3.IntegrityError):
        jobs.pause(job.job_id, paused=True)
    with pytest.raises(sqlite3.IntegrityError):
        jobs.cancel(job.job_id)
    kept = jobs.get(job.job_id)
    assert kept is not None
    assert (kept.status, kept.paused) == ("running", False)


def test_a_pause_is_told_to_programs_too(jobs: JobStore) -> None:
    job = add(jobs)
    jobs.pause(job.job_id, paused=True)
    jobs.pause(job.job_id, paused=False)
    told = [(event.kind, event.data) for event in jobs.events(job.job_id)]
    assert told == [("message", {"paused": False}), ("message", {"paused": True})]
