"""A demo's folder stays with the trainer's engine it was begun with."""

from pathlib import Path

import pytest

from bot.demo.engine import keep_engine
from bot.demo.errors import DemoError


def test_a_folder_goes_on_with_the_engine_it_was_begun_with(tmp_path: Path) -> None:
    keep_engine(tmp_path / "engine", "peft")
    keep_engine(tmp_path / "engine", "peft")
    with pytest.raises(DemoError, match="engine peft: choose another --data-dir"):
        keep_engine(tmp_path / "engine", "embedded")


def test_a_folder_from_before_there_was_a_choice_is_of_the_embedded_engine(tmp_path: Path) -> None:
    (tmp_path / "trainer").mkdir()
    with pytest.raises(DemoError, match="engine embedded"):
        keep_engine(tmp_path / "engine", "peft")
    keep_engine(tmp_path / "engine", "embedded")
