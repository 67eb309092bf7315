"""Workbooks, JSON, JSON Lines, Parquet and text become records too."""

import datetime as dt
import json
import random
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pytest
from pyarrow import parquet

from finetune.errors import InputError
from finetune.prepare.inputs import InputOptions, Inputs, open_inputs
from finetune.prepare.record import Record

USER, SAID = {"role": "user", "content": "hi"}, {"role": "assistant", "content": "yo"}


def read(inputs: Inputs) -> list[Record]:
    return [record for batch in inputs.batches() for record in batch]


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def json_lines(folder: Path, name: str, rows: list[Any]) -> Path:
    return written(folder, name, "\n".join(json.dumps(row) for row in rows))


def pairs(path: Path, options: InputOptions | None = None) -> list[tuple[int, str, str]]:
    return [(r.row, r.prompt, r.completion) for r in read(open_inputs([path], options))]


def workbook(path: Path, sheets: dict[str, list[list[Any]]]) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def test_cells_of_a_workbook_are_text_as_the_sheet_shows_them(tmp_path: Path) -> None:
    shown = [
        (1.0, "1"),
        (17, "17"),
        (0.1 + 0.2, "0.3"),
        (True, "TRUE"),
        (dt.date(2024, 1, 2), "2024-01-02"),
        (dt.datetime(2024, 1, 2, 3, 4), "2024-01-02 03:04:00"),  # noqa: DTZ001 - as in a sheet
        ("None", "None"),
        (None, ""),
    ]
    rows = [["", "Question", "Answer"], *[["", "q", value] for value, _ in shown]]
    path = workbook(tmp_path / "a.xlsx", {"One": [[], *rows]})
    assert pairs(path) == [(at, "q", text) for at, (_, text) in enumerate(shown, 3)]


def test_the_first_sheet_is_read_unless_another_is_named(tmp_path: Path) -> None:
    sheets = {
        "A": [["prompt", "completion"], ["a", "b"]],
        "B": [["prompt", "completion"], ["c", "d"]],
    }
    path = workbook(tmp_path / "a.xlsx", sheets)
    assert pairs(path) == [(2, "a", "b")]
    assert pairs(path, InputOptions(sheet="B")) == [(2, "c", "d")]
    with pytest.raises(InputError, match="no sheet 'C'; it has 'A', 'B'"):
        open_inputs([path], InputOptions(sheet="C"))


def test_a_workbook_named_csv_is_still_a_workbook(tmp_path: Path) -> None:
    path = workbook(tmp_path / "a.xlsx", {"A": [["prompt", "completion"], ["a", "b"]]})
    assert pairs(path.rename(tmp_path / "a.csv")) == [(2, "a", "b")]


def test_parquet_rows_are_read_by_name_and_counted_from_one(tmp_path: Path) -> None:
    parquet.write_table(
        pa.table({"n": [1, 2], "Question": ["a", "b"], "answer": ["c", None]}),
        tmp_path / "a.parquet",
    )
    inputs = open_inputs([tmp_path / "a.parquet"])
    assert [(r.row, r.prompt, r.completion) for r in read(inputs)] == [(1, "a", "c"), (2, "b", "")]
    assert (inputs.inputs[0].wrong_case, inputs.inputs[0].extra_columns) == (True, ("n",))


def test_parquet_may_hold_conversations(tmp_path: Path) -> None:
    table = pa.table({"messages": [[{**USER, "name": "x"}, SAID]]})
    parquet.write_table(table, tmp_path / "a.parquet")
    (record,) = read(open_inputs([tmp_path / "a.parquet"]))
    assert record.raw == {"messages": [{**USER, "name": "x"}, SAID]}


@pytest.mark.parametrize("end", ["", "\n", "\n\n\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_one_line_is_a_file_of_one_row_however_it_ends(tmp_path: Path, mark: str, end: str) -> None:
    path = written(tmp_path, "a.jsonl", f'{mark}{{"prompt": "a", "completion": "b"}}{end}')
    assert pairs(path) == [(1, "a", "b")]


def test_damaged_lines_are_reported_and_the_others_read(tmp_path: Path) -> None:
    good = b'{"prompt": "a", "completion": "b"}'
    lines = [
        good,
        b"{",
        b'{"prompt": "\xff"}',
        b"a\0",
        b"[1]",
        good,
        b'{"x": 1}',
        b'{"prompt":"\\ud800"}',
    ]
    inputs = open_inputs([written(tmp_path, "a.jsonl", b"\n".join(lines))])
    assert [r.row for r in read(inputs)] == [1, 6]
    assert [(bad.row, bad.code) for bad in inputs.unreadable] == [
        (2, "bad_json"),
        (3, "bad_encoding"),
        (4, "nul"),
        (5, "no_columns"),
        (7, "no_columns"),
        (8, "bad_json"),
    ]


def test_values_that_are_no_text_are_written_as_json_writes_them(tmp_path: Path) -> None:
    rows = [{"prompt": 1, "completion": True}, {"prompt": None, "completion": ["é"]}]
    assert pairs(json_lines(tmp_path, "a.jsonl", rows)) == [(1, "1", "true"), (2, "", '["é"]')]


def test_json_lines_in_utf16_are_read(tmp_path: Path) -> None:
    text = '{"prompt": "質問", "completion": "答え"}\n' * 3
    path = written(tmp_path, "a.jsonl", text.encode("utf-16"))
    assert pairs(path) == [(at, "質問", "答え") for at in (1, 2, 3)]


ROWS = [{"Prompt": "a\nb", "completion": "c"}, {"Prompt": "d", "completion": "e"}]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (json.dumps(ROWS), [1, 1]),
        (json.dumps(ROWS, indent=1), [2, 6]),
        (json.dumps({"version": 3, "rows": ROWS}), [1, 1]),
        ("\n".join(json.dumps(row, indent=0) for row in ROWS), [1, 5]),
        ("\n" + json.dumps(ROWS[0]) + "\n" + json.dumps(ROWS[1]), [2, 3]),
    ],
)
def test_a_json_document_gives_its_rows_with_their_lines(
    tmp_path: Path, content: str, lines: list[int]
) -> None:
    inputs = open_inputs([written(tmp_path, "a.json", content)])
    assert [r.prompt for r in read(inputs)] == ["a\nb", "d"]
    assert inputs.inputs[0].wrong_case
    if "rows" not in content:
        assert [r.row for r in read(inputs)] == lines


def test_a_single_object_is_one_row(tmp_path: Path) -> None:
    assert pairs(written(tmp_path, "a.json", '{"prompt": "a", "completion": "b"}')) == [
        (1, "a", "b")
    ]


def test_an_array_longer_than_what_is_read_at_a_time_is_whole(tmp_path: Path) -> None:
    generator = random.Random(4)
    rows = [
        {
            "prompt": str(at),
            "completion": '日\\"\n' * generator.choice((3, 40, 900_000 if at == 50 else 7)),
        }
        for at in range(400)
    ]
    rows[50]["completion"] = "長い" * 900_000
    path = written(tmp_path, "a.json", json.dumps(rows, ensure_ascii=False, indent=2))
    assert [(p, c) for _, p, c in pairs(path)] == [(r["prompt"], r["completion"]) for r in rows]


@pytest.mark.parametrize(
    "content",
    [
        '[{"prompt": "a", "completion": "b"},',
        '[{"prompt": "a", "completion": "b"} {"prompt": "a"}]',
        '[{"prompt": "a", "completion": "b"}] x',
        '{"prompt": "a", "compl',
        "[" * 100_000,
        "nonsense",
        "[1, 2, 3]",
    ],
)
def test_a_damaged_json_document_is_refused_with_the_place(tmp_path: Path, content: str) -> None:
    with pytest.raises(InputError, match=r"from line 1 on|holds no JSON objects"):
        read(open_inputs([written(tmp_path, "a.json", content)]))


def test_a_conversation_keeps_everything_it_came_with(tmp_path: Path) -> None:
    row = {
        "messages": [
            {"role": "system", "content": "s"},
            {
                "role": "user",
                "content": [
                    {"type": "text", "text": "look"},
                    {"type": "image_url", "image_url": {"url": "u"}},
                ],
            },
            {"role": "assistant", "content": "first", "weight": 0},
            {"role": "user", "content": "and?", "name": "ann"},
            {"role": "assistant", "content": "last"},
        ],
        "tools": [{"type": "function", "function": {"name": "f"}}],
        "parallel_tool_calls": False,
    }
    (record,) = read(open_inputs([json_lines(tmp_path, "a.jsonl", [row])]))
    assert (record.prompt, record.completion, record.raw) == ("and?", "last", row)
    assert json.loads(record.key or "") == row["messages"][:4]


def test_tool_calls_are_what_an_answer_without_text_says(tmp_path: Path) -> None:
    calls = [{"id": "1", "type": "function", "function": {"name": "f", "arguments": "{}"}}]
    rows = [
        {"messages": [USER, {"role": "assistant", "tool_calls": calls}]},
        {"messages": [USER]},
        {"messages": []},
    ]
    found = read(open_inputs([json_lines(tmp_path, "a.jsonl", rows)]))
    assert json.loads(found[0].completion) == calls
    assert [(r.prompt, r.completion) for r in found[1:]] == [("hi", ""), ("", "")]


def test_a_preference_row_has_its_preferred_answer(tmp_path: Path) -> None:
    row = {
        "input": {"messages": [USER], "tools": []},
        "preferred_output": [SAID],
        "non_preferred_output": [{"role": "assistant", "content": "no"}],
    }
    (record,) = read(open_inputs([json_lines(tmp_path, "a.jsonl", [row])]))
    assert (record.prompt, record.completion, record.raw) == ("hi", "yo", row)


def batch(folder: Path) -> tuple[Path, Path]:
    asked = [
        {
            "custom_id": name,
            "method": "POST",
            "url": "/v1/chat/completions",
            "body": {"model": "m", "messages": [{"role": "user", "content": name}]},
        }
        for name in ("a", "b", "c")
    ]
    answered = [
        {
            "custom_id": name,
            "response": {
                "status_code": 200,
                "body": {"choices": [{"message": {**SAID, "refusal": None}}]},
            },
            "error": None,
        }
        for name in ("c", "a", "z")
    ]
    return json_lines(folder, "in.jsonl", asked), json_lines(folder, "out.jsonl", answered)


@pytest.mark.parametrize("turned", [False, True])
def test_batch_answers_find_their_requests_in_any_order(tmp_path: Path, turned: bool) -> None:
    asked, answered = batch(tmp_path)
    inputs = open_inputs([answered, asked] if turned else [asked, answered])
    assert [(r.row, r.prompt, r.completion) for r in read(inputs)] == [
        (1, "c", "yo"),
        (2, "a", "yo"),
    ]
    assert read(inputs)[0].raw == {"messages": [{"role": "user", "content": "c"}, SAID]}
    assert sorted((bad.code, bad.row) for bad in inputs.unreadable) == [
        ("no_answer", 2),
        ("no_request", 3),
    ]


def test_batch_answers_alone_make_no_examples(tmp_path: Path) -> None:
    inputs = open_inputs([batch(tmp_path)[1]])
    assert read(inputs) == []
    assert {bad.code for bad in inputs.unreadable} == {"no_request"}


def test_an_exported_chat_is_the_branch_that_was_shown_last(tmp_path: Path) -> None:
    def node(role: str, text: str, parent: str | None) -> dict[str, Any]:
        return {
            "parent": parent,
            "message": {"author": {"role": role}, "content": {"parts": [text]}},
        }

    mapping = {
        "root": {"parent": None, "message": None},
        "a": node("user", "hi", "root"),
        "b": node("assistant", "old", "a"),
        "c": node("assistant", "yo", "a"),
    }
    path = written(
        tmp_path, "conversations.json", json.dumps([{"mapping": mapping, "current_node": "c"}])
    )
    (record,) = read(open_inputs([path]))
    assert record.raw == {"messages": [USER, SAID]}


@pytest.mark.parametrize(
    ("row", "messages"),
    [
        ({"messages": [USER], "choices": [{"message": SAID}]}, [USER, SAID]),
        (
            {"conversations": [{"from": "human", "value": "hi"}, {"from": "gpt", "value": "yo"}]},
            [USER, SAID],
        ),
    ],
)
def test_other_exports_are_conversations_too(
    tmp_path: Path, row: dict[str, Any], messages: list[Any]
) -> None:
    (record,) = read(open_inputs([json_lines(tmp_path, "a.jsonl", [row])]))
    assert record.raw == {"messages": messages}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Q: one\nA: two\nmore\n\nQ: three\nA: four\n",
            [(1, "one", "two\nmore"), (5, "three", "four")],
        ),
        ("質問：一\n回答：二\n質問：三\n回答：四", [(1, "一", "二"), (3, "三", "四")]),
        ("one\ttwo\nthree\tfour\n", [(1, "one", "two"), (2, "three", "four")]),
        ("one\ntwo\nmore\n\n\nthree\nfour", [(1, "one", "two\nmore"), (6, "three", "four")]),
        ('{"prompt": "one", "completion": "two"}', [(1, "one", "two")]),
    ],
)
def test_text_in_a_known_shape_gives_pairs(tmp_path: Path, text: str, found: list[Any]) -> None:
    assert pairs(written(tmp_path, "a.txt", text)) == found


def test_text_without_questions_is_refused_with_the_shapes_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'Q: …' and 'A: …'"):
        open_inputs([written(tmp_path, "a.txt", "just\n\nsome\n\nlines\n")])


def test_a_question_without_an_answer_in_a_text_is_reported(tmp_path: Path) -> None:
    inputs = open_inputs([written(tmp_path, "a.txt", "Q: one\nQ: two\nA: b\nA: c\n")])
    assert [(r.row, r.prompt, r.completion) for r in read(inputs)] == [(2, "two", "b")]
    assert [(bad.row, bad.code) for bad in inputs.unreadable] == [
        (1, "no_answer"),
        (4, "no_question"),
    ]


def test_damage_of_any_kind_is_refused_or_reported_and_never_anything_else(tmp_path: Path) -> None:
    generator = random.Random(9)
    rows = [(f"質問 {at}", f'"answer"\n{at}') for at in range(12)]
    table = pa.table({"prompt": [p for p, _ in rows], "completion": [c for _, c in rows]})
    parquet.write_table(table, tmp_path / "s.parquet")
    workbook(tmp_path / "s.xlsx", {"A": [["prompt", "completion"], *map(list, rows)]})
    json_lines(
        tmp_path, "s.jsonl", [{"messages": [{"role": "user", "content": p}, SAID]} for p, _ in rows]
    )
    written(tmp_path, "s.json", json.dumps([{"prompt": p, "completion": c} for p, c in rows]))
    written(tmp_path, "s.csv", ("prompt,completion\n" + "こん,はい\n" * 12).encode("cp932"))
    written(tmp_path, "s.txt", "Q: a\nA: b\n" * 12)
    for path in sorted(tmp_path.glob("s.*")):
        for _ in range(40):
            raw = bytearray(path.read_bytes())
            for _ in range(generator.choice((1, 3, 12))):
                at = generator.randrange(len(raw))
                raw[at : at + generator.randrange(4)] = generator.randbytes(generator.randrange(4))
            damaged = written(tmp_path, f"damaged{path.suffix}", bytes(raw) or b" ")
            try:
                read(open_inputs([damaged]))
            except InputError as refused:
                assert "\n" not in str(refused)
