"""What the options mean."""

from pathlib import Path

import pytest

from finetune.distill.order import text_or_file
from finetune.errors import InputError


@pytest.mark.parametrize(
    "text", ["三行で要約してください。" * 20, "Sum it up in three lines. " * 20]
)
def test_a_system_prompt_longer_than_any_file_name_is_a_text(text: str) -> None:
    assert text_or_file(text) == text


def test_a_file_s_name_stands_for_what_it_holds(tmp_path: Path) -> None:
    (tmp_path / "system.txt").write_text("Be brief.\n")
    assert text_or_file(str(tmp_path / "system.txt")) == "Be brief."


@pytest.mark.parametrize("name", ["prompts/none.txt", "none.text", "none.md"])
def test_a_file_that_is_not_there_is_no_prompt(name: str) -> None:
    with pytest.raises(InputError, match="is not there"):
        text_or_file(name)


@pytest.mark.parametrize("text", ["", "  "])
def test_no_text_is_no_prompt(text: str) -> None:
    assert text_or_file(text) is None
