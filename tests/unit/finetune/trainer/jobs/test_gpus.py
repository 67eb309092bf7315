"""Each GPU is a slot, and a job in it sees no other."""

from pathlib import Path

import pytest

from finetune.trainer.jobs import gpus as looking
from finetune.trainer.jobs.gpus import gpus
from finetune.trainer.settings import child_environment


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine without GPUs, whose programs are in its folder."""
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    monkeypatch.setattr(looking, "_DRIVER", tmp_path / "driver")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_a_machine_without_gpus_has_none(machine: Path) -> None:
    assert gpus() == ()


def test_gpus_are_those_of_the_driver(machine: Path) -> None:
    for name in ("0000:01:00.0", "0000:02:00.0"):
        (machine / "driver" / name).mkdir(parents=True)
    assert gpus() == ("0", "1")


def test_gpus_are_those_that_nvidia_smi_lists(machine: Path) -> None:
    command = machine / "nvidia-smi"
    command.write_text("#!/bin/sh\necho 'GPU 0: One (UUID: GPU-1)'\necho 'GPU 1: Two'\n")
    command.chmod(0o755)
    assert gpus() == ("0", "1")


def test_gpus_are_those_that_somebody_chose(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "2, 5")
    assert gpus() == ("2", "5")
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert gpus() == ()


def test_a_training_sees_its_gpu_and_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINER_API_KEYS", "secret")
    monkeypatch.setenv("TRAINER_VLLM_API_KEY", "secret")
    given = child_environment("5")
    assert given["CUDA_VISIBLE_DEVICES"] == "5"
    assert "secret" not in given.values()
