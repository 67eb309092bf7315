"""A training process killed in the middle: the next one goes on, and its curve is the same."""

import multiprocessing
import os
import signal
import time
from pathlib import Path

import pytest

from finetune.trainer.engine import Diverged, Hyperparameters, Lora, Progress, Step, TrainingSpec
from finetune.trainer.peft_engine import checkpoints
from finetune.trainer.peft_engine.engine import PeftEngine
from tests.lora.small_llama import ROWS, Told, spec

PER_EPOCH, EPOCHS = 4, 5
CHOSEN = Hyperparameters(n_epochs=EPOCHS, batch_size=5)


def order(llama: Path, out: Path) -> TrainingSpec:
    return spec(llama, out, hyperparameters=CHOSEN, validation_rows=ROWS[:2], lora=Lora(rank=8))


@pytest.fixture(scope="module")
def whole(llama: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Told, bytes]:
    """What an undisturbed training tells, and its adapter."""
    told, out = Told(), tmp_path_factory.mktemp("whole") / "models" / "m"
    PeftEngine().train(order(llama, out), told)
    return told, (out / "adapter_model.safetensors").read_bytes()


def killed_at(spec: TrainingSpec, step: int) -> None:
    """Train in a process of its own and kill it when it has made so many steps."""
    fork = multiprocessing.get_context("fork")
    theirs, ours = fork.Pipe()

    def train() -> None:
        def tell(progress: Progress) -> None:
            if isinstance(progress, Step) and progress.step >= step:
                ours.send(progress.step)
                time.sleep(60)  # the kill comes in the middle of this step

        PeftEngine().train(spec, tell)

    child = fork.Process(target=train)
    child.start()
    assert theirs.poll(60)
    os.kill(child.pid or 0, signal.SIGKILL)
    child.join()
    assert child.exitcode == -signal.SIGKILL


def test_the_resumed_curve_is_that_of_an_undisturbed_training(
    llama: Path, tmp_path: Path, whole: tuple[Told, bytes]
) -> None:
    undisturbed, weights = whole
    mine = order(llama, tmp_path / "models" / "m")
    killed_at(mine, step=2 * PER_EPOCH + 2)
    told = Told()
    outcome = PeftEngine().train(mine, told)
    assert "Going on from the checkpoint at step 8." in [note.message for note in told.notes]
    assert list(told.losses) == list(range(2 * PER_EPOCH + 1, EPOCHS * PER_EPOCH + 1))
    # float32 on the same machine: the same operations in the same order
    assert told.losses == pytest.approx(
        {step: undisturbed.losses[step] for step in told.losses}, abs=1e-6
    )
    ends = {c.step: c.valid_loss for c in undisturbed.checkpoints[2:]}
    assert {c.step: c.valid_loss for c in told.checkpoints} == pytest.approx(ends, abs=1e-6)
    assert (mine.out / "adapter_model.safetensors").read_bytes() == weights
    assert outcome.trained_tokens % EPOCHS == 0


def test_killed_after_the_last_step_it_only_writes_the_model(
    llama: Path, tmp_path: Path, whole: tuple[Told, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from finetune.trainer.peft_engine import training

    mine = order(llama, tmp_path / "models" / "m")
    with monkeypatch.context() as broken:
        broken.setattr(training, "_write", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            PeftEngine().train(mine, Told())
    told = Told()
    outcome = PeftEngine().train(mine, told)
    assert told.steps == []
    assert outcome.steps == EPOCHS * PER_EPOCH
    assert (mine.out / "adapter_model.safetensors").read_bytes() == whole[1]


def test_a_half_written_checkpoint_does_not_count(tmp_path: Path) -> None:
    for step in (4, 8, 12):
        (tmp_path / f"checkpoint-{step}").mkdir()
    checkpoints.complete(tmp_path / "checkpoint-8", checkpoints.Completed(8, 2.0, done=False))
    found = checkpoints.newest(tmp_path)
    assert found is not None and found.path.name == "checkpoint-8"
    assert [path.name for path in tmp_path.iterdir()] == ["checkpoint-8"]


def test_a_loss_that_is_no_number_ends_the_training(llama: Path, tmp_path: Path) -> None:
    import torch
    from transformers import AutoModelForCausalLM, AutoTokenizer

    from finetune.trainer.peft_engine.base import read_base

    source = read_base(llama).source
    model = AutoModelForCausalLM.from_pretrained(source)
    with torch.no_grad():
        model.model.norm.weight[0] = float("nan")
    model.save_pretrained(tmp_path / "sick")
    AutoTokenizer.from_pretrained(source).save_pretrained(tmp_path / "sick")
    with pytest.raises(Diverged, match="at step 1; a smaller"):
        PeftEngine().train(spec(tmp_path / "sick", tmp_path / "m"), Told())
    assert not list((tmp_path / "m-checkpoints").glob("checkpoint-*"))
