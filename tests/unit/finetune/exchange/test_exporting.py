"""Each format holds what it should, and other programs read it."""

import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml

from finetune.dataset.example import Example, Message, Source
from finetune.dataset.format import read_rows
from finetune.dataset.splitting import split
from finetune.errors import InputError
from finetune.exchange import exporting, formats, huggingface
from finetune.exchange.encoders import harmless
from finetune.exchange.exporting import exported, previewed
from finetune.exchange.formats import Format
from finetune.exchange.selection import Selection, of_examples
from finetune.exchange.sides import Sides
from tests.unit.finetune.exchange.conftest import example

pytestmark = pytest.mark.anyio
EVIL = '=HYPERLINK("https://evil.example")'
ROWS = [
    example(0),
    example(1, "```python\nprint('何日？')\n```", question="有給休暇は何日ありますか？"),
    example(2, EVIL, rejected=None, source=Source.THUMBS_UP),
    example(3, "half \ud83d of it", rejected=None, source=Source.IMPORT, thread="x", reply_id=None),
]


async def file(kind: Format, rows: Sequence[Example] = ROWS) -> bytes:
    return b"".join([piece async for piece in exported(of_examples(rows), kind)])


async def test_chat_rows_are_read_again_as_the_same_conversations(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    path.write_bytes(await file(Format.CHAT))
    assert list(read_rows(path)) == [row.messages for row in ROWS]


async def test_preferences_hold_only_rows_with_a_worse_answer() -> None:
    lines = (await file(Format.DPO)).decode().splitlines()
    rows = [json.loads(line) for line in lines]
    assert [row["preferred_output"][0]["content"] for row in rows] == [r.answer for r in ROWS[:2]]
    assert {row["non_preferred_output"][0]["content"] for row in rows} == {"20 days."}


async def test_a_spreadsheet_shows_formulas_as_text() -> None:
    data = await file(Format.CSV)
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert len(rows) == len(ROWS)
    assert rows[1]["question"] == ROWS[1].question
    assert rows[1]["answer"] == ROWS[1].answer
    assert rows[2]["answer"] == f"'{EVIL}"
    assert rows[0]["channel"] == "C1"
    assert rows[3]["channel"] == ""


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "\uff1d1"])
def test_no_cell_begins_as_a_formula(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"
    assert harmless(f"x{cell}") == f"x{cell}"


async def test_an_empty_selection_is_a_file_without_rows() -> None:
    assert await file(Format.CHAT, []) == b""
    assert (await file(Format.CSV, [])).decode("utf-8-sig").startswith('"question","answer"')
    assert pq.read_table(io.BytesIO(await file(Format.PARQUET, []))).num_rows == 0
    archive = zipfile.ZipFile(io.BytesIO(await file(Format.HUGGINGFACE, [])))
    assert archive.namelist() == ["README.md"]
    assert yaml.safe_load(archive.read("README.md").split(b"---")[1])["configs"]


async def test_parquet_is_read_by_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("finetune.exchange.parquet.GROUP", 2)
    monkeypatch.setattr("finetune.exchange.selection.BATCH", 2)
    read = pq.ParquetFile(io.BytesIO(await file(Format.PARQUET)))
    assert read.num_row_groups == 2
    table = read.read()
    assert table["answer"].to_pylist()[:3] == [row.answer for row in ROWS[:3]]
    assert table["messages"].to_pylist()[1] == [
        {"role": m.role, "content": m.content} for m in ROWS[1].messages
    ]
    assert table["rejected"].to_pylist()[2:] == [None, None]


async def test_without_pyarrow_parquet_is_refused_in_one_line(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(formats, "has_pyarrow", lambda: False)
    with pytest.raises(InputError, match="extra `toolkit`"):
        await file(Format.PARQUET)


@pytest.mark.parametrize("parquet", [True, False])
async def test_the_layout_of_hugging_face_has_both_sides_and_a_card(parquet: bool) -> None:
    rows = [
        example(n, question=f"質問 {n} は？", source=Source.THUMBS_UP, rejected=None)
        for n in range(40)
    ]
    rows.append(example(99, "Yes."))
    pieces = [p async for p in huggingface.layout(of_examples(rows), parquet=parquet)]
    archive = zipfile.ZipFile(io.BytesIO(b"".join(pieces)))
    assert archive.testzip() is None
    train, validation = split(rows)
    assert validation
    suffix = "parquet" if parquet else "jsonl"
    for name, side in (("train", train), ("validation", validation)):
        data = archive.read(f"data/{name}-00000-of-00001.{suffix}")
        if parquet:
            ids = pq.read_table(io.BytesIO(data))["example_id"].to_pylist()
        else:
            ids = [json.loads(line)["example_id"] for line in data.decode().splitlines()]
        assert ids == [row.example_id for row in side]
        assert b"U1" not in data
    card = archive.read("README.md").decode()
    told = yaml.safe_load(card.split("---")[1])
    assert told["language"] == ["ja", "en"]
    assert told["size_categories"] == ["n<1K"]
    assert told["license"] == "unknown"
    assert told["configs"][0]["data_files"][0]["path"] == f"data/train-*.{suffix}"
    assert told["dataset_info"]["splits"] == [
        {"name": "train", "num_examples": len(train)},
        {"name": "validation", "num_examples": len(validation)},
    ]
    assert "| `thumbs_up` | 40 |" in card
    assert "Personal data" in card


def test_the_sides_are_those_of_snapshots() -> None:
    rows = [
        example(
            n,
            question=f"Question {n % 285}?",
            thread=f"C1:{n % 290}",
            source=Source.CORRECTION if n % 31 == 0 else Source.THUMBS_UP,
        )
        for n in range(300)
    ]
    train, validation = split(rows)
    assert validation
    with Sides() as sides:
        sides.add(rows[:100])
        sides.add(rows[100:])
        sides.settle()
        found = {
            side: [i for some in sides.ids(train=side) for i in some] for side in (True, False)
        }
    assert found[True] == [row.example_id for row in train]
    assert found[False] == [row.example_id for row in validation]


async def test_no_more_than_a_batch_of_rows_is_held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows are read as the pieces are taken, some hundreds at a time."""
    monkeypatch.setattr("finetune.exchange.selection.BATCH", 10)
    asked: list[int] = []

    async def ids() -> Sequence[str]:
        return [str(number) for number in range(100)]

    async def rows(some: Sequence[str]) -> Sequence[Example]:
        asked.append(len(some))
        return [example(int(number)) for number in some]

    pieces: AsyncIterator[bytes] = exported(Selection(ids, rows), Format.CHAT)
    await anext(pieces)
    assert asked == [10]
    assert len([piece async for piece in pieces if piece]) == 9
    assert asked == [10] * 10


@pytest.mark.parametrize("kind", list(Format))
async def test_a_preview_shows_the_first_rows_of_each_format(kind: Format) -> None:
    shown = await previewed(ROWS, kind)
    assert "number 0" in shown
    assert len(shown) < exporting.LONGEST


async def test_messages_of_several_turns_stand_in_the_conversation_column() -> None:
    said = (
        Message(role="system", content="Be brief."),
        Message(role="user", content="And in 2027?"),
        Message(role="assistant", content="26."),
    )
    data = await file(Format.CSV, [example(messages=said)])
    [row] = csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""))
    assert row["conversation"] == "system: Be brief.\n\nuser: And in 2027?"
