"""Writing in one step, and holding a lock."""

from pathlib import Path

import pytest

from finetune.errors import InputError
from finetune.trainer.home import locked
from finetune.trainer.stores.files import (
    clear_leftovers,
    new_directory,
    remove_directory,
    write_bytes,
)


def test_a_directory_appears_only_when_it_is_full(tmp_path: Path) -> None:
    def broken() -> None:
        with new_directory(tmp_path / "model") as filling:
            (filling / "weights").write_text("half")
            raise OSError

    with pytest.raises(OSError):
        broken()
    assert list(tmp_path.iterdir()) == []
    with new_directory(tmp_path / "model") as filling:
        (filling / "weights").write_text("whole")
        assert not (tmp_path / "model").exists()
    assert (tmp_path / "model" / "weights").read_text() == "whole"


def test_leftovers_of_a_killed_process_are_cleared_and_the_rest_stays(tmp_path: Path) -> None:
    (tmp_path / ".new-model").mkdir()
    (tmp_path / ".old-model").mkdir()
    (tmp_path / ".new-file").write_text("half")
    write_bytes(tmp_path / "kept", b"whole")
    clear_leftovers(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["kept"]
    remove_directory(tmp_path / "nowhere")


def test_a_lock_is_held_by_one_and_free_afterwards(tmp_path: Path) -> None:
    lock = tmp_path / "lock"
    with (
        locked(lock, refusal="busy"),
        pytest.raises(InputError, match="busy"),
        locked(lock, refusal="busy"),
    ):
        pass
    with locked(lock, refusal="busy"):
        pass
