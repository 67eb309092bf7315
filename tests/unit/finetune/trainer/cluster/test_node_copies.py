"""What a node of the cluster drops before it trains, with a store that is not on its disk."""

from collections.abc import Iterator
from pathlib import Path

import fsspec
import pytest

from finetune.trainer.cluster.claim import allow, revoke
from finetune.trainer.cluster.node_copies import cache_folder, tidy
from finetune.trainer.engine import Outcome
from finetune.trainer.jobs.ending import write_end
from finetune.trainer.stores.storage import Storage


@pytest.fixture
def storage(tmp_path: Path) -> Iterator[Storage]:
    yield Storage("memory://nodes", tmp_path / "cache")
    fsspec.filesystem("memory").store.clear()


def made(storage: Storage, name: str) -> Path:
    folder = storage.room(name)
    folder.mkdir(parents=True)
    (folder / "weights").write_text("1")
    return folder


def test_processes_that_train_together_go_on_from_what_was_published(storage: Storage) -> None:
    published = made(storage, "jobs/ftjob-1/checkpoints/checkpoint-20")
    storage.publish("jobs/ftjob-1/checkpoints/checkpoint-20")
    unpublished = made(storage, "jobs/ftjob-1/checkpoints/checkpoint-40")
    tidy(storage, "ftjob-1")
    assert (published.exists(), unpublished.exists()) == (True, False)


def test_what_is_left_of_jobs_that_train_no_more_is_removed(storage: Storage) -> None:
    left = {job: made(storage, f"jobs/{job}/checkpoints/checkpoint-1") for job in "abcd"}
    for job in "abc":
        allow(storage, job, f"{job}-1")
    write_end(storage, "a", Outcome(1, 1, None, 1))
    revoke(storage, "b")
    tidy(storage, "own")
    assert [job for job, folder in left.items() if folder.exists()] == ["c"]


def test_two_storages_share_no_copies_on_a_node() -> None:
    assert cache_folder("s3://one/trainer") != cache_folder("s3://two/trainer")
