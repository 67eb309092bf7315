"""A file is cut into portions of whole lines, numbered as an editor numbers them."""

from pathlib import Path

import pytest

from finetune.check import portions as cutting
from finetune.check.portions import portions
from finetune.files import lines


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"a",
        b"a\n",
        b"\n",
        b"a\n\nb\r\nc",
        b"".join(b"%d\r\n" % n for n in range(100)),
        b"a\n" + b"x" * 200 + b"\nb\n" + b"y" * 120,
        b"x" * 101 + b"\r\n" + b"z" * 100 + b"\r\n",
        b"x" * 5000 + b"\n\nb",
    ],
)
@pytest.mark.parametrize("portion", [1, 7, 64])
def test_portions_hold_the_lines_of_the_file(
    content: bytes, portion: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cutting, "PORTION", portion)
    monkeypatch.setattr(cutting, "CHUNK", 50)
    file = tmp_path / "rows.jsonl"
    file.write_bytes(content)
    read: list[int] = []
    found = [
        numbered
        for part in portions(file, read.append, longest=100)
        for numbered in enumerate(part.lines(), part.first)
    ]
    assert found == list(lines(file, 100))
    assert sum(read) == len(content)
