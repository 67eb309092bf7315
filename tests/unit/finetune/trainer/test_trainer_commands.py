"""The trainer's commands refuse in one line what cannot be."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from finetune.errors import InputError
from finetune.settings import TrainerSettings
from finetune.trainer import cli, pretraining, server
from finetune.trainer.banner import banner
from finetune.trainer.key_file import kept_key
from finetune.trainer.server import serve_until_stopped
from finetune.trainer.settings import child_environment


def test_a_missing_extra_is_named_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cli, "find_spec", lambda name: None if name == "optax" else object())
    with pytest.raises(InputError, match=r"optax is not installed.*apprentice\[trainer\]"):
        cli.need_extra()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
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


@pytest.mark.parametrize(("engine", "threads"), [("embedded", "1"), ("peft", "None")])
def test_only_the_embedded_engine_computes_with_one_thread(engine: str, threads: str) -> None:
    program = (
        "import os; import finetune.trainer.jobs.training_child as child;"
        f"child.engine_named({engine!r}, libraries=False); print(os.environ.get('OMP_NUM_THREADS'))"
    )
    kept = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}
    done = subprocess.run(
        [sys.executable, "-c", program], env=kept, capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == threads


def test_the_training_process_has_what_we_have_but_the_keys(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("TRAINER_API_KEYS", "secret")
    monkeypatch.setenv("OMP_NUM_THREADS", "8")
    environment = child_environment()
    assert environment["OMP_NUM_THREADS"] == "8"
    assert "secret" not in environment.values()


def test_a_key_is_made_once_and_only_its_owner_reads_it(tmp_path: Path) -> None:
    first = kept_key(tmp_path / "key")
    assert first == kept_key(tmp_path / "key")
    assert len(first) > 30
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_an_empty_key_file_lets_nobody_in_with_an_empty_key(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("\n")
    assert kept_key(tmp_path / "key").startswith("sk-trainer-")


@pytest.mark.parametrize(
    ("settings", "key_file", "said"),
    [
        (
            TrainerSettings(),
            Path("/srv/trainer/key"),
            "Trainer at http://h:1/v1 · page http://h:1/ · engine embedded · key in /srv/trainer/key",
        ),
        (
            TrainerSettings(
                trainer_engine="peft", trainer_models=("house=/m",), trainer_launcher="ray"
            ),
            None,
            (
                "Trainer at http://h:1/v1 · page http://h:1/ · engine peft (house=/m), launcher ray"
                " · keys from TRAINER_API_KEYS"
            ),
        ),
    ],
)
def test_the_banner_says_where_everything_is(
    settings: TrainerSettings, key_file: Path | None, said: str
) -> None:
    assert banner(settings, "http://h:1", key_file) == said


@pytest.mark.parametrize(
    ("asked", "extra"),
    [
        ({"trainer_engine": "embedded"}, ["trainer"]),
        ({"trainer_engine": "peft"}, ["peft"]),
        ({"trainer_engine": "peft", "trainer_vllm_url": "http://vllm"}, []),
        ({"trainer_engine": "peft", "trainer_launcher": "ray"}, ["peft", "ray"]),
        (
            {
                "trainer_engine": "peft",
                "trainer_launcher": "ray",
                "trainer_vllm_url": "http://vllm",
            },
            ["ray"],
        ),
    ],
)
def test_only_what_this_machine_does_has_to_be_installed(
    asked: dict[str, str], extra: list[str]
) -> None:
    assert cli._extras(TrainerSettings(**asked)) == extra  # type: ignore[arg-type]


def test_options_override_the_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("TRAINER_ENGINE", "embedded")
    monkeypatch.setenv("TRAINER_MODELS", "other")
    seen: list[TrainerSettings] = []
    monkeypatch.setattr(cli, "need_extra", lambda *_: None)
    monkeypatch.setattr(server, "serve_until_stopped", lambda settings, *_: seen.append(settings))
    cli.serve(
        engine="peft", model=["house=/m", "org/name"], storage="s3://b/t", data_dir=tmp_path, port=0
    )
    assert seen[0].trainer_engine == "peft"
    assert seen[0].trainer_models == ("house=/m", "org/name")
    assert (seen[0].trainer_storage, seen[0].trainer_port) == ("s3://b/t", 0)


def test_an_engine_that_measures_no_reproduction_has_trained_all_the_same(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    done = pretraining.Pretrained("house", 3, trained=True)
    monkeypatch.setattr(cli, "need_extra", lambda *_: None)
    monkeypatch.setattr(pretraining, "pretrain_once", lambda *_: done)
    cli.pretrain(tmp_path / "rows.jsonl", "house", data_dir=tmp_path)
    assert "house is trained on 3 rows" in capsys.readouterr().err
    cli.pretrain(tmp_path / "rows.jsonl", "house", data_dir=tmp_path, as_json=True)
    assert '"trained": true, "reproduced": null' in capsys.readouterr().out
