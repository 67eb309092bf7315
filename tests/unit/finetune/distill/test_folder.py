"""What a folder lets happen to the files in it."""

import json
import sqlite3
from pathlib import Path

import pytest

from finetune.distill.folder import Folder, held
from finetune.errors import InputError

ORDER = {"teacher": "t", "seed": 0}
ROW = {"messages": [{"role": "user", "content": "q"}]}


def finished(path: Path) -> Folder:
    path.mkdir()
    folder = Folder(path)
    assert folder.order(ORDER) is None
    folder.finish([ROW], [ROW], {"accepted": 2})
    return folder


def test_two_commands_do_not_work_in_one_folder(tmp_path: Path) -> None:
    with (
        held(tmp_path),
        pytest.raises(InputError, match="another finetune distill"),
        held(tmp_path),
    ):
        pass


def test_a_finished_order_is_known_and_another_is_refused(tmp_path: Path) -> None:
    folder = finished(tmp_path / "o")
    assert folder.order(ORDER) == {"accepted": 2}
    with pytest.raises(InputError, match="differs in teacher"):
        folder.order(ORDER | {"teacher": "u"})


def test_an_order_that_was_not_finished_can_be_mended(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    assert folder.order(ORDER | {"teacher": "typo"}) is None
    assert folder.order(ORDER) is None
    assert folder.changed == ["teacher"]
    assert json.loads((tmp_path / "settings.json").read_text()) == ORDER


@pytest.mark.parametrize("lost", ["train.jsonl", "test.jsonl", "report.json"])
def test_what_is_left_of_half_a_set_is_removed_and_made_again(tmp_path: Path, lost: str) -> None:
    folder = finished(tmp_path / "o")
    (folder.path / lost).unlink()
    assert folder.order(ORDER) is None
    assert not list(folder.path.glob("t*.jsonl"))
    folder.finish([ROW], [ROW], {"accepted": 2})
    assert folder.order(ORDER) == {"accepted": 2}


def test_a_file_of_the_user_s_is_never_removed(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.order(ORDER)
    folder.train.write_text("mine")
    with pytest.raises(InputError, match="never overwritten"):
        folder.order(ORDER)
    assert folder.train.read_text() == "mine"


def test_how_it_stood_is_said_anew_each_time_it_is_given_up(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.give_up({"accepted": 0})
    assert json.loads(folder.give_up({"accepted": 1}).read_text()) == {"accepted": 1}


def test_answers_can_be_copied_after_a_kill(tmp_path: Path) -> None:
    folder = finished(tmp_path / "o")
    killed = sqlite3.connect(folder.calls, isolation_level=None)
    killed.execute("PRAGMA journal_mode=WAL")
    killed.execute("CREATE TABLE answers (key TEXT)")
    killed.execute("INSERT INTO answers VALUES ('k')")
    with pytest.raises(InputError, match=r"copy calls.sqlite"):
        folder.order(ORDER | {"seed": 1})
    (tmp_path / "copy.sqlite").write_bytes(folder.calls.read_bytes())
    killed.close()
    copied = sqlite3.connect(tmp_path / "copy.sqlite")
    assert copied.execute("SELECT key FROM answers").fetchall() == [("k",)]
    copied.close()
