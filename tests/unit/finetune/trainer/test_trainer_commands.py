"""The trainer's commands refuse in one line what cannot be."""

from pathlib import Path

import pytest

from finetune.errors import InputError
from finetune.settings import TrainerSettings
from finetune.trainer import cli
from finetune.trainer.server import serve_until_stopped
from finetune.trainer.settings import child_environment


def test_a_missing_extra_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda name: None if name == "optax" else object())
    with pytest.raises(InputError, match=r"optax is not installed.*apprentice\[trainer\]"):
        cli.need_extra()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"trainer_api_keys": ()}, "TRAINER_API_KEYS"),
        ({"trainer_engine": "peft"}, "TRAINER_ENGINE=peft"),
        ({"trainer_launcher": "ray"}, "TRAINER_LAUNCHER=ray"),
    ],
)
def test_a_setting_that_cannot_be_is_named(
    tmp_path: Path, wrong: dict[str, object], said: str
) -> None:
    values = {"trainer_api_keys": ("key",), "data_dir": tmp_path} | wrong
    with pytest.raises(InputError, match=said):
        serve_until_stopped(TrainerSettings.model_construct(**values), "127.0.0.1", None)  # type: ignore[arg-type]


def test_the_training_process_gets_one_thread_and_no_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRAINER_API_KEYS", "secret")
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    environment = child_environment()
    assert environment["OMP_NUM_THREADS"] == environment["OPENBLAS_NUM_THREADS"] == "1"
    assert "secret" not in environment.values()
