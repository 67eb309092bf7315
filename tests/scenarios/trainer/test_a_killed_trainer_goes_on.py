"""kill -9 of the server, and of the training process, in the middle of a job."""

import json
from pathlib import Path

import openai
import psutil
import pytest

from tests.scenarios.trainer.running_trainer import (
    BASE,
    TAUGHT,
    Trainer,
    ask,
    ended,
    pretrain,
    rows,
    running,
    until,
    upload,
)


def test_a_job_survives_kill_9_of_everything_and_is_finished_once(own_dir: Path) -> None:
    with running(own_dir) as trainer:
        client = trainer.client()
        # Steps this small never reproduce the new row early: all 16 epochs are trained.
        job = client.fine_tuning.jobs.create(
            model=BASE,
            training_file=upload(client, rows({"Where is the dog?": "The dog is on the deck."})),
            hyperparameters={"n_epochs": 16, "learning_rate_multiplier": 1e-4},
        )
        until(lambda: "Checkpoint" in _messages(client, job.id))
        _kill_training(trainer)  # the server starts it again
        until(lambda: "Going on from the checkpoint" in _messages(client, job.id))
        before = _messages(client, job.id).count("Checkpoint")
        until(lambda: _messages(client, job.id).count("Checkpoint") > before)
        children = psutil.Process(trainer.process.pid).children(recursive=True)
        trainer.process.kill()
        _, alive = psutil.wait_procs(children, timeout=20)
        assert alive == []

    with running(own_dir) as trainer:
        client = trainer.client()
        done = ended(client, job.id)
        assert done.status == "succeeded", done.error
        events = list(client.fine_tuning.jobs.list_events(job.id, limit=100))[::-1]
        steps = [event.data for event in events if event.message.startswith("Step ")]
        numbers = [data["step"] for data in steps]  # type: ignore[index]
        assert numbers == list(range(1, len(numbers) + 1))
        assert len(numbers) == steps[0]["total_steps"]  # type: ignore[index]
        messages = [event.message for event in events]
        assert sum("Going on from the checkpoint" in message for message in messages) == 2
        assert sum("New fine-tuned model" in message for message in messages) == 1
        assert len(list(client.fine_tuning.jobs.list())) == 1
        assert ask(client, done.fine_tuned_model or "", "Where is the kiosk?")


def test_the_server_stops_cleanly_when_asked(own_dir: Path) -> None:
    with running(own_dir) as trainer:
        trainer.client().models.list()
        trainer.process.terminate()
        assert trainer.process.wait(20) == 0


def test_pretraining_the_same_file_again_does_nothing(own_dir: Path) -> None:
    done = pretrain(own_dir, rows(TAUGHT))
    assert done.returncode == 0
    assert json.loads(done.stdout) == {
        "name": BASE,
        "rows": len(TAUGHT),
        "trained": False,
        "reproduced": None,
    }


def test_pretraining_a_bad_file_names_its_line(own_dir: Path) -> None:
    done = pretrain(own_dir, rows(TAUGHT) + b"oops\n")
    assert done.returncode == 1
    assert done.stderr.strip() == "error: ferry.jsonl: Line 9 is not JSON."


def test_a_second_server_on_the_same_data_is_refused(trainer: Trainer) -> None:
    with (
        pytest.raises(AssertionError, match="another trainer already works"),
        running(trainer.data_dir),
    ):
        pass
    assert trainer.client().models.list().data


def _messages(client: openai.OpenAI, job_id: str) -> str:
    events = client.fine_tuning.jobs.list_events(job_id, limit=1000).data
    return "\n".join(event.message for event in events)


def _kill_training(trainer: Trainer) -> None:
    for child in psutil.Process(trainer.process.pid).children():
        child.kill()
