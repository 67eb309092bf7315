"""The check of a snapshot says what the command says."""

from pathlib import Path

from finetune.check.file import Options, check_file
from finetune.check.screen import shown
from finetune.dataset.snapshot import Snapshots
from finetune.training.checked import checked_file
from tests.toolkit_values import example

MODEL = "gpt-4.1-mini-2025-04-14"


def test_it_has_the_sentences_and_the_price_of_the_command(tmp_path: Path) -> None:
    rows = [example(f"e{n}", f"Answer {n}.", question=f"Question {n}?") for n in range(30)]
    taken = Snapshots(tmp_path).take(rows, MODEL)
    file = tmp_path / taken.snapshot_id / "train.jsonl"
    found = checked_file(file, MODEL)
    report = check_file(file, Options(model=MODEL))
    assert found is not None
    assert (
        found.text.splitlines()[1:]
        == [line for line in shown(report) if not line.startswith("Next:")][
            1 : len(found.text.splitlines())
        ]
    )
    assert [each.message for each in found.warnings] == [each.message for each in report.warnings]
    assert found.tokens == taken.tokens
    assert found.cost == report.training_cost is not None


def test_of_a_model_without_a_price_no_cost_is_told(tmp_path: Path) -> None:
    taken = Snapshots(tmp_path).take([example()], "handbook-base")
    found = checked_file(tmp_path / taken.snapshot_id / "train.jsonl", "handbook-base")
    assert found is not None
    assert (found.cost, found.price, found.replies) == (None, None, None)


def test_there_is_nothing_to_say_of_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert checked_file(tmp_path / "train.jsonl", MODEL) is None
