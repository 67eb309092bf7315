"""Result files of every kind become tables and curves."""

import base64
from pathlib import Path

import pytest

from finetune.errors import InputError
from finetune.jobs.braille import drawn
from finetune.jobs.plot import save
from finetune.jobs.results import ACCURACIES, LOSSES, Results, decoded

CHAT = (
    "step,train_loss,train_accuracy,valid_loss,valid_mean_token_accuracy\n"
    "1,3.5,0.25,,\n2,2.0,0.5,2.5,0.5\n3,0.5,1.0,,\n"
)
LEGACY = (
    "step,elapsed_tokens,training_loss,training_token_accuracy,"
    "classification/accuracy,classification/f1.0\n"
    "1,25625,0.03,0.9,,\n2,51250,0.02,1.0,0.98,0.97\n"
)


@pytest.mark.parametrize(
    "content",
    [
        CHAT.encode(),
        base64.b64encode(CHAT.encode()),
        base64.encodebytes(CHAT.encode()),
        b"\xef\xbb\xbf" + CHAT.encode(),
        CHAT.replace("\n", "\r\n").encode(),
    ],
    ids=["plain", "base64", "base64 in lines", "with a BOM", "of Windows"],
)
def test_base64_and_plain_give_the_same_table(content: bytes) -> None:
    results = decoded(content)
    assert len(results.rows) == 3
    assert results.curve("train_loss") == ("train_loss", [1, 2, 3], [3.5, 2.0, 0.5])
    assert results.curve("valid_loss") == ("valid_loss", [2], [2.5])
    assert results.summary["train_loss"].model_dump() == {
        "first": 3.5, "last": 0.5, "min": 0.5, "max": 3.5,
    }  # fmt: skip


def test_columns_are_found_by_name_in_old_and_new_files() -> None:
    chat, legacy = Results(CHAT), Results(LEGACY)
    assert [c.name for c in chat.curves(LOSSES)] == ["train_loss", "valid_loss"]
    assert [c.name for c in legacy.curves(LOSSES)] == ["training_loss"]
    assert [c.name for c in legacy.curves(ACCURACIES)] == [
        "training_token_accuracy", "classification/accuracy", "classification/f1.0",
    ]  # fmt: skip


def test_cells_that_are_no_numbers_are_left_out_and_rows_counted_without_steps() -> None:
    results = Results("train_loss,note\n1.0,a\nnan,b\n,c\n0.5,d\n")
    assert results.curve("train_loss") == ("train_loss", [1, 4], [1.0, 0.5])
    assert set(results.summary) == {"train_loss"}


def test_a_step_zero_stays_a_step() -> None:
    assert Results("step,train_loss\n0,2\n5,1\n").curve("train_loss").steps == [0, 5]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00,", b"   \n"])
def test_what_is_no_table_is_refused(content: bytes) -> None:
    with pytest.raises(InputError, match="the result file"):
        decoded(content)


def test_a_curve_falls_from_the_upper_left_to_the_lower_right() -> None:
    lines = drawn([1, 2, 3], [3.0, 2.0, 1.0], width=10, height=4)
    assert len(lines) == 5
    assert lines[0].startswith("3 ┤")
    assert lines[3].startswith("1 ┤")
    assert lines[0][3] != "\u2800" == lines[0][-1]
    assert lines[3][-1] != "\u2800" == lines[3][3]
    assert lines[4].split() == ["1", "3"]


@pytest.mark.parametrize("values", [[1.0], [2.0, 2.0], [0.0, 1e9, -1e9]])
def test_any_curve_can_be_drawn(values: list[float]) -> None:
    drawn(list(range(len(values))), values)


def test_curves_are_drawn_to_a_png_and_never_over_a_file(tmp_path: Path) -> None:
    path = tmp_path / "curves.png"
    save(Results(CHAT), path, "ft:ベース:1")
    assert path.read_bytes().startswith(b"\x89PNG")
    with pytest.raises(InputError, match="never overwritten"):
        save(Results(CHAT), path, "again")
    with pytest.raises(InputError, match="neither a loss nor an accuracy"):
        save(Results("step,other\n1,2\n"), tmp_path / "none.png", "x")
    assert not (tmp_path / "none.png").exists()


def test_huge_numbers_are_drawn_like_small_ones() -> None:
    small = drawn([1, 2, 3], [1.0, -1.0, 0.0], width=20)
    huge = drawn([1, 2, 3], [1e308, -1e308, 0.0], width=20)
    assert [line.split("┤")[1] for line in small[:-1]] == [line.split("┤")[1] for line in huge[:-1]]


@pytest.mark.parametrize("content", [b"<html><body>, no</body></html>", b'{"error": 1, "x": 2}'])
def test_a_page_or_a_document_is_no_table(content: bytes) -> None:
    with pytest.raises(InputError, match="no CSV"):
        decoded(content)
