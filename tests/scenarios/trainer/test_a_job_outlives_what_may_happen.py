"""A full disk, a kill at the very end, a cancel while it compiles."""

import contextlib
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import openai
import psutil
import pytest
from openai.types.fine_tuning import FineTuningJob

from tests.scenarios.trainer.running_trainer import (
    BASE,
    Trainer,
    ended,
    rows,
    running,
    until,
    upload,
)

CORRECTED = rows({"Where is the dog?": "The dog is on the deck."})
SLOWLY = {"n_epochs": 4, "learning_rate_multiplier": 1e-4}  # so slowly that it never ends early
BRIEFLY = SLOWLY | {"n_epochs": 1}


@pytest.fixture
def small_disk(trained: Path, tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A DATA_DIR with little room, and what to fill.

    Where nobody may mount, a file lies in the place of the reports: nothing can be told either.
    """
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ("mount", "-t", "tmpfs", "-o", "size=48m", "tmpfs", str(disk))
    with contextlib.ExitStack() as stack:
        try:
            subprocess.run(mount, check=True, capture_output=True)
            stack.callback(subprocess.run, ("umount", "-l", str(disk)), check=True)
        except (subprocess.CalledProcessError, FileNotFoundError):
            mount = ()
        yield Path(shutil.copytree(trained, disk / "data")), disk / "filling" if mount else disk


def test_a_job_waits_for_room_on_a_full_disk_and_goes_on(
    small_disk: tuple[Path, Path],
) -> None:
    data_dir, filling = small_disk
    with running(data_dir) as trainer:
        client = trainer.client()
        job = create(client, SLOWLY)
        until(lambda: "Checkpoint" in said(client, job.id))
        before = children(trainer)
        fill(filling, data_dir, job.id)
        _, alive = psutil.wait_procs(before, timeout=60)  # it could keep nothing any more
        assert alive == []
        assert client.fine_tuning.jobs.retrieve(job.id).status == "running"
        empty(filling, data_dir, job.id)
        done = ended(client, job.id)
        assert done.status == "succeeded", done.error
        assert_each_step_once(client, job.id)


def test_a_server_killed_when_the_training_has_just_ended_completes_the_job_once(
    own_dir: Path,
) -> None:
    with running(own_dir) as trainer:
        job = create(trainer.client(), BRIEFLY)
        last = own_dir / "trainer" / "jobs" / job.id / "ended.json"
        until(last.exists)
        trainer.process.kill()
    with running(own_dir) as trainer:
        client = trainer.client()
        done = ended(client, job.id)
        assert done.status == "succeeded", done.error
        assert_each_step_once(client, job.id)
        assert said(client, job.id).count("New fine-tuned model created") == 1
        assert said(client, job.id).count("successfully completed") == 1
        assert [file.id for file in client.files.list(purpose="fine-tune-results")] == (
            done.result_files
        )
        assert sum(model.id.startswith("ft:") for model in client.models.list()) == 1


def test_a_job_is_cancelled_while_its_first_step_compiles(own_dir: Path) -> None:
    shutil.rmtree(own_dir / "trainer" / "cache")
    with running(own_dir) as trainer:
        client = trainer.client()
        job = create(client, SLOWLY)
        until(lambda: "Learning" in said(client, job.id))
        compiling = children(trainer)
        assert client.fine_tuning.jobs.cancel(job.id).status == "cancelled"
        _, alive = psutil.wait_procs(compiling, timeout=5)
        assert alive == []
        assert "Step" not in said(client, job.id)
        assert not children(trainer)


def create(client: openai.OpenAI, chosen: dict[str, float]) -> FineTuningJob:
    return client.fine_tuning.jobs.create(
        model=BASE,
        training_file=upload(client, CORRECTED),
        hyperparameters=chosen,  # type: ignore[arg-type]
    )


def said(client: openai.OpenAI, job_id: str) -> str:
    events = client.fine_tuning.jobs.list_events(job_id, limit=1000).data
    return "\n".join(event.message for event in events)


def children(trainer: Trainer) -> list[psutil.Process]:
    return psutil.Process(trainer.process.pid).children(recursive=True)


def assert_each_step_once(client: openai.OpenAI, job_id: str) -> None:
    events = client.fine_tuning.jobs.list_events(job_id, limit=1000).data[::-1]
    steps = [event.data for event in events if event.message.startswith("Step ")]
    numbers = [data["step"] for data in steps]  # type: ignore[index]
    assert numbers == list(range(1, steps[0]["total_steps"] + 1))  # type: ignore[index]


def fill(filling: Path, data_dir: Path, job_id: str) -> None:
    """No room any more."""
    if filling.is_dir():
        reports = data_dir / "trainer" / "jobs" / job_id / "reports"
        reports.rename(reports.with_name("away"))
        reports.write_text("in the way")
        return
    with contextlib.suppress(OSError), filling.open("wb", buffering=0) as file:
        while True:
            file.write(b"." * 4096)


def empty(filling: Path, data_dir: Path, job_id: str) -> None:
    """Room again."""
    if filling.is_dir():
        reports = data_dir / "trainer" / "jobs" / job_id / "reports"
        reports.unlink()
        reports.with_name("away").rename(reports)
        return
    filling.unlink()
