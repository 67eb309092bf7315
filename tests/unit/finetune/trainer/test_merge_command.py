"""`finetune merge` refuses in one line what cannot be."""

from pathlib import Path

import pytest
from typer.testing import CliRunner

from finetune import cli
from finetune.trainer import merge_command


def test_without_its_libraries_it_names_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("finetune.trainer.cli.find_spec", lambda _: None)
    done = CliRunner().invoke(cli.app, ["merge", str(tmp_path), str(tmp_path / "out")])
    assert done.exit_code == 1
    assert "apprentice[peft]" in done.output


def test_a_folder_that_is_there_is_not_written_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(merge_command, "need_extra", lambda _: None)
    done = CliRunner().invoke(cli.app, ["merge", str(tmp_path / "model"), str(tmp_path)])
    assert done.exit_code == 1
    assert "is there already" in done.output
