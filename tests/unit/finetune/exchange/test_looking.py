"""What is found in a file before it is imported; bad files end in a sentence, not in an error."""

import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import openpyxl
import pytest

from finetune.exchange import looking
from finetune.exchange.look import FOUND, NO_ROWS, REFUSED, TOO_MUCH, Look, Order
from finetune.exchange.looking import looked, read_ready
from finetune.exchange.uploads import Uploads

TABLE = b"question,answer\nWhy?,So.\nWhy?,So.\nHow?,Thus.\n"


def look(folder: Path, data: bytes, name: str = "faq.csv", **order: object) -> Look:
    file = folder / name
    file.write_bytes(data)
    asked = Order.model_validate({"name": "their " + name, "model": "gpt-4o", **order})
    return looked(folder, file, asked, lambda _: None)


def test_what_is_usual_is_done_unless_it_is_chosen_otherwise(tmp_path: Path) -> None:
    found = look(tmp_path, TABLE)
    assert found.taken == {"duplicates"}
    assert (found.read, found.ready, found.left_out) == (3, 2, {"duplicates": 1})
    other = look(tmp_path, TABLE, offered={"duplicates"})
    assert other.taken == set()
    assert other.ready == 3
    assert [row[0].content for row in read_ready(tmp_path / "rows.jsonl", 1)] == ["Why?", "How?"]


def bomb() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * 300_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "why", "sentence"),
    [
        ("empty.csv", b"", NO_ROWS, ""),
        ("broken.xlsx", b"PK\x03\x04 and nothing else", REFUSED, "cannot be read as a workbook"),
        ("packed.csv", b"\x1f\x8b\x08 packed", REFUSED, "is compressed; unpack it first"),
        ("columns.csv", b"a,b,c\n1,2,3\n4,5,6\n", REFUSED, "cannot tell which columns"),
        ("picture.csv", b"\x89PNG\r\n\x1a\n\0\0" * 40, REFUSED, ""),
        ("bomb.xlsx", bomb(), TOO_MUCH, ""),
    ],
)
def test_an_odd_file_is_refused_with_a_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, data: bytes, why: str, sentence: str
) -> None:
    monkeypatch.setattr(looking, "UNPACKED", 200_000)
    found = look(tmp_path, data, name)
    assert found.why == why
    assert sentence in found.detail
    assert str(tmp_path) not in found.detail
    assert found.ready == 0


def test_a_table_that_unfolds_to_more_than_may_be_written_fills_no_disk(tmp_path: Path) -> None:
    """A workbook holds a long text once, however many of its cells show it."""
    book, file = openpyxl.Workbook(), tmp_path / "faq.xlsx"
    book.active.append(("question", "answer"))
    for number in range(200):
        book.active.append((f"Why {number}?", "So. " * 1_000))
    book.save(file)
    order = Order(name="faq.xlsx", model="gpt-4o").model_dump_json()
    program = "from finetune.exchange import child; child.WRITTEN = 200_000; child.main()"
    subprocess.run(
        [sys.executable, "-c", program, str(tmp_path), str(file)],
        input=order.encode(),
        capture_output=True,
        check=True,
    )
    found = Look.model_validate_json((tmp_path / FOUND).read_bytes())
    assert (found.why, found.ready) == (TOO_MUCH, 0)
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 400_000


def test_a_name_of_letters_that_take_four_bytes_is_kept_short_enough(tmp_path: Path) -> None:
    upload = Uploads(tmp_path).receive("T1", "U1", "𠮷" * 90 + "." + "𠮷" * 20, b"x")
    assert upload.file.read_bytes() == b"x"


def test_rows_that_are_no_conversation_are_refused_one_by_one(tmp_path: Path) -> None:
    said = [{"role": "user", "content": "Why?"}, {"role": "assistant", "content": "So."}]
    call = {
        "role": "assistant",
        "tool_calls": [
            {"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}
        ],
    }
    pair = {
        "input": {"messages": said[:1]},
        "preferred_output": said[1:],
        "non_preferred_output": [{"role": "assistant", "content": "No."}],
    }
    rows = [
        {"messages": said},
        {"messages": [said[0] | {"content": "Look?"}, call]},
        pair,
    ]
    data = "".join(json.dumps(row) + "\n" for row in rows).encode()
    found = look(tmp_path, data, "rows.jsonl")
    assert found.ready == 1
    assert len(found.unfit) + sum(found.left_out.values()) == 2
    assert any("preference pair" in one.why for one in found.unfit)
