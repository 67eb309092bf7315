"""A split that leaves one side without rows is refused, or left out where nobody asked for it."""

from pathlib import Path
from typing import Any

import pytest

from finetune.prepare import preparing
from finetune.prepare.findings import Finding
from finetune.prepare.inputs import open_inputs
from finetune.prepare.preparing import Options, Prepared
from finetune.prepare.writing import EmptySide, outputs_of


class Takes:
    """Says yes, but to `refused`."""

    def __init__(self, *refused: str) -> None:
        self.refused = refused

    def expects(self, code: str) -> bool:
        return code not in self.refused

    def decide(self, finding: Finding) -> bool:
        return finding.code not in self.refused


def prepared(folder: Path, rows: list[str], *refused: str, **options: Any) -> Prepared:
    source = folder / "in.csv"
    source.write_text("\n".join(["prompt,completion", *rows, ""]), "utf-8")
    settled = Options(outputs_of(folder / "out.jsonl"), "gpt-4.1-mini", **options)
    return preparing.prepare(open_inputs([source]), settled, Takes(*refused))


def test_one_prompt_cannot_be_split_and_nothing_is_written(tmp_path: Path) -> None:
    with pytest.raises(EmptySide, match="another share"):
        prepared(tmp_path, ["When?,At nine."], split=True)
    assert [path.name for path in tmp_path.iterdir()] == ["in.csv"]


def test_a_split_that_was_only_proposed_is_left_out(tmp_path: Path) -> None:
    rows = [f"Same question?,{label}" for label in ("yes", "no") * 40]
    done = prepared(tmp_path, rows, "duplicates", "conflicts", "near_duplicates")
    assert done.rows_written == 80
    assert set(done.outputs) == {"all"}
    assert "split" not in {finding.code for finding in done.findings}
