"""What is found in a file before it is imported; bad files end in a sentence, not in an error."""

import io
import json
import zipfile
from pathlib import Path

import pytest

from finetune.exchange import looking
from finetune.exchange.look import NO_ROWS, REFUSED, TOO_MUCH, Look, Order
from finetune.exchange.looking import looked, read_ready

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
