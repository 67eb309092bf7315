"""kill -9 of the training process, then of the server, in the middle of a job of the engine peft.

As a user has it: `finetune trainer --engine peft` and OpenAI's client. The whole loss curve is that of
the same training left alone.
"""

from pathlib import Path

import openai
import psutil
import pytest

from finetune.trainer.engine import Hyperparameters
from finetune.trainer.peft_engine.engine import PeftEngine
from tests.lora.small_llama import ANSWERS, QUESTIONS, Told, spec
from tests.scenarios.trainer.running_trainer import Trainer, ended, rows, running, until, upload

TWENTY = dict(zip(QUESTIONS, ANSWERS, strict=True))
EPOCHS = 50  # of four steps, a checkpoint after each


@pytest.mark.timeout(300)
def test_the_curve_of_a_killed_job_is_that_of_a_training_left_alone(
    llama: Path, tmp_path: Path
) -> None:
    options = ("--engine", "peft", "--model", f"house={llama.parent.parent / 'llama'}")
    with running(tmp_path, *options) as trainer:
        client = trainer.client()
        killed = _job(client)
        until(lambda: "Checkpoint" in _messages(client, killed))
        _kill_training(trainer)  # the server starts it again
        until(lambda: "Going on from the checkpoint" in _messages(client, killed))
        before = _messages(client, killed).count("Checkpoint")
        until(lambda: _messages(client, killed).count("Checkpoint") > before)
        children = psutil.Process(trainer.process.pid).children(recursive=True)
        trainer.process.kill()
        _, alive = psutil.wait_procs(children, timeout=20)
        assert alive == []
    with running(tmp_path, *options) as trainer:
        client = trainer.client()
        done = ended(client, killed)
        assert done.status == "succeeded", done.error
        assert _messages(client, killed).count("Going on from the checkpoint") == 2
        found = _curve(client, killed)
    alone = Told()
    chosen = Hyperparameters(n_epochs=EPOCHS, batch_size=5)
    PeftEngine().train(spec(llama, tmp_path / "alone", seed=7, hyperparameters=chosen), alone)
    assert len(alone.losses) == EPOCHS * len(TWENTY) // 5
    # float32 on the same machine: the same operations in the same order. Five digits are told.
    assert found == pytest.approx(alone.losses, abs=1e-5)


def _job(client: openai.OpenAI) -> str:
    return client.fine_tuning.jobs.create(
        model="house",
        training_file=upload(client, rows(TWENTY)),
        seed=7,
        method={
            "type": "supervised",
            "supervised": {"hyperparameters": {"n_epochs": EPOCHS, "batch_size": 5}},
        },
    ).id


def _curve(client: openai.OpenAI, job_id: str) -> dict[int, float]:
    """The training loss of each step, each told once."""
    events = client.fine_tuning.jobs.list_events(job_id, limit=1000)
    told = [event.data for event in events if event.message.startswith("Step ")]
    curve = {data["step"]: data["train_loss"] for data in told}  # type: ignore[index]
    assert len(curve) == len(told)
    return curve


def _messages(client: openai.OpenAI, job_id: str) -> str:
    events = client.fine_tuning.jobs.list_events(job_id, limit=1000).data
    return "\n".join(event.message for event in events)


def _kill_training(trainer: Trainer) -> None:
    for child in psutil.Process(trainer.process.pid).children():
        child.kill()
