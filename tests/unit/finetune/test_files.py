"""Files that a user names are read in constant memory, and written whole or not at all."""

import stat
from pathlib import Path

import pytest

from finetune.errors import InputError
from finetune.files import lines, refuse_existing, written, written_together


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (b"", []),
        (b"one", [(1, b"one")]),
        (b"one\ntwo\r\n", [(1, b"one"), (2, b"two")]),
        (b"\n\n", [(1, b""), (2, b"")]),
    ],
)
def test_lines_are_numbered_as_an_editor_does(
    tmp_path: Path, content: bytes, expected: list[tuple[int, bytes]]
) -> None:
    file = tmp_path / "f"
    file.write_bytes(content)
    assert list(lines(file)) == expected


@pytest.mark.parametrize("end", [b"\n", b"\r\n", b""])
def test_a_line_that_is_too_long_is_told_and_the_next_one_read(tmp_path: Path, end: bytes) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"x" * 10 + end + (b"next" if end else b""))
    assert list(lines(file, longest=9)) == [(1, None), *([(2, b"next")] if end else [])]
    assert next(lines(file, longest=10)) == (1, b"x" * 10)


def test_a_file_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="No such file"):
        list(lines(tmp_path / "none"))


def test_outputs_appear_together_when_all_is_written(tmp_path: Path) -> None:
    paths = [tmp_path / "new" / "a", tmp_path / "b"]
    with written_together(paths) as (one, other):
        one.write(b"1")
        other.write(b"2")
        assert not any(path.exists() for path in paths)
    assert [path.read_bytes() for path in paths] == [b"1", b"2"]
    assert stat.S_IMODE(paths[1].stat().st_mode) & 0o044, "others may read it, as any new file"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["b", "new"]


def test_an_interruption_leaves_nothing_behind(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), written(tmp_path / "a") as file:
        file.write(b"half")
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_what_is_there_is_never_overwritten(tmp_path: Path) -> None:
    old = tmp_path / "a"
    old.write_text("old")
    with pytest.raises(InputError, match="never overwritten"):
        refuse_existing([tmp_path / "b", old])
    with pytest.raises(InputError, match="never overwritten"), written(old):
        pass
    assert old.read_text() == "old"


def test_a_file_that_appears_meanwhile_is_kept_and_no_other_output_stays(tmp_path: Path) -> None:
    first, second = tmp_path / "a", tmp_path / "b"
    with pytest.raises(InputError, match="cannot write"), written_together([first, second]) as out:
        out[0].write(b"new")
        second.write_text("somebody else's")
    assert [path.name for path in tmp_path.iterdir()] == ["b"]
    assert second.read_text() == "somebody else's"


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match="cannot write"), written(tmp_path / "file" / "a"):
        pass
