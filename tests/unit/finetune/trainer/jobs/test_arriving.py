"""A new job is there with all its rows, or nothing of it is."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from finetune.trainer.jobs.arriving import take_in, undo_torn
from finetune.trainer.jobs.order import folder_of
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.job_store import Job, JobStore
from finetune.trainer.stores.storage import Storage
from finetune.trainer.wire.job_request import JobRequest, new_job


class Killed(BaseException):
    """What no code of ours gets past."""


@pytest.fixture
def jobs(tmp_path: Path) -> JobStore:
    return JobStore(Database(tmp_path / "trainer.sqlite3"))


@pytest.fixture
def storage(tmp_path: Path) -> Storage:
    return Storage(str(tmp_path), tmp_path / "cache")


@pytest.fixture
def job() -> Job:
    return new_job("us", JobRequest(model="base", training_file="file-1"))


def test_a_job_is_seen_when_its_rows_are_there(jobs: JobStore, storage: Storage, job: Job) -> None:
    def rows() -> Iterator[bytes]:
        assert jobs.get(job.job_id) is None
        assert jobs.of("us") == []
        yield b"row"

    take_in(jobs, storage, job, {"train.jsonl": rows()})
    assert jobs.get(job.job_id) == job
    assert [event.message for event in jobs.events(job.job_id)] == [
        f"Created fine-tuning job: {job.job_id}"
    ]
    assert storage.read(f"{folder_of(job.job_id)}/train.jsonl") == b"row"


def test_rows_that_cannot_be_copied_leave_nothing(
    jobs: JobStore, storage: Storage, job: Job
) -> None:
    def rows() -> Iterator[bytes]:
        yield b"row"
        raise OSError("no space left on device")

    with pytest.raises(OSError, match="no space"):
        take_in(jobs, storage, job, {"train.jsonl": iter([b"row"]), "validation.jsonl": rows()})
    undo_torn(jobs, storage)
    assert not storage.exists(folder_of(job.job_id))
    assert jobs.of("us") == []


def test_the_next_server_removes_what_a_killed_one_has_begun_to_take_in(
    jobs: JobStore, storage: Storage, job: Job, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(_: Job) -> None:
        raise Killed

    whole = new_job("us", JobRequest(model="base", training_file="file-1"))
    take_in(jobs, storage, whole, {"train.jsonl": [b"row"]})
    with monkeypatch.context() as at_the_kill:
        at_the_kill.setattr(jobs, "arrive", killed)
        at_the_kill.setattr(jobs, "forget", killed)
        at_the_kill.setattr(storage, "remove", lambda _: None)
        with pytest.raises(Killed):
            take_in(jobs, storage, job, {"train.jsonl": [b"row"]})
    assert storage.exists(folder_of(job.job_id))
    undo_torn(jobs, storage)
    assert storage.names("jobs") == [whole.job_id]
    assert jobs.of("us") == [whole]
