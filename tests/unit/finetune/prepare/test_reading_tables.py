"""Delimited files become records: cells as they are, rows as an editor counts them, nothing lost."""

from pathlib import Path

import pytest

from finetune.errors import InputError
from finetune.prepare.inputs import InputOptions, Inputs, open_inputs
from finetune.prepare.record import Record

JAPANESE = "質問,回答\n有給休暇は何日ありますか,二十日あります。\n出張費はどう精算しますか,システムで申請します。\n"


def written(folder: Path, name: str, content: str | bytes) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def read(inputs: Inputs) -> list[Record]:
    return [record for batch in inputs.batches() for record in batch]


def pairs(path: Path, options: InputOptions | None = None) -> list[tuple[int, str, str]]:
    return [(r.row, r.prompt, r.completion) for r in read(open_inputs([path], options))]


def test_rows_are_counted_as_an_editor_shows_them(tmp_path: Path) -> None:
    path = written(
        tmp_path, "a.csv", 'prompt,completion\r\n"two\r\nlines",b\r\n\r\nc,"d, e"\r\n\r\n\r\n'
    )
    assert pairs(path) == [(2, "two\r\nlines", "b"), (5, "c", "d, e")]


def test_a_cell_that_says_nothing_in_words_is_text(tmp_path: Path) -> None:
    said = ["None", "NA", "nan", "null", "NULL", "N/A", "-"]
    lines = "".join(f"{word},{word}\n" for word in said)
    found = pairs(written(tmp_path, "a.csv", "prompt,completion\n" + lines))
    assert [(p, c) for _, p, c in found] == [(word, word) for word in said]


def test_a_row_with_too_few_or_too_many_cells_is_reported_and_shifts_nothing(
    tmp_path: Path,
) -> None:
    inputs = open_inputs([written(tmp_path, "a.csv", "prompt,completion\na,b\nc\nd,e,f\ng,h\n")])
    assert [(r.row, r.prompt, r.completion) for r in read(inputs)] == [(2, "a", "b"), (5, "g", "h")]
    assert [(bad.row, bad.code) for bad in inputs.unreadable] == [(3, "cells"), (4, "cells")]
    assert inputs.unreadable_count == 2


def test_cells_that_a_spreadsheet_padded_a_row_with_are_no_fault(tmp_path: Path) -> None:
    assert pairs(written(tmp_path, "a.csv", "prompt,completion\na,b,,\n")) == [(2, "a", "b")]


def test_damaged_quotes_are_reported_and_the_next_row_is_read(tmp_path: Path) -> None:
    inputs = open_inputs(
        [written(tmp_path, "a.csv", 'prompt,completion\n"a"x,b\nc,d\n"open,e\nf,g\n')]
    )
    assert [(r.row, r.prompt) for r in read(inputs)] == [(3, "c")]
    assert [(bad.row, bad.code) for bad in inputs.unreadable] == [
        (2, "bad_quotes"),
        (4, "bad_quotes"),
    ]


def test_a_cell_longer_than_the_parsers_own_limit_is_read(tmp_path: Path) -> None:
    long = "x" * 300_000
    assert pairs(written(tmp_path, "a.csv", f"prompt,completion\n{long},b\n")) == [(2, long, "b")]


def test_nul_bytes_are_reported(tmp_path: Path) -> None:
    inputs = open_inputs([written(tmp_path, "a.csv", "prompt,completion\na\0,b\nc,d\n")])
    assert [r.row for r in read(inputs)] == [3]
    assert [(bad.row, bad.code) for bad in inputs.unreadable] == [(2, "nul")]


@pytest.mark.parametrize(
    ("name", "delimiter"),
    [("a.csv", ","), ("a.csv", ";"), ("a.csv", "\t"), ("a.tsv", "\t"), ("a", "|")],
)
def test_the_delimiter_is_found(tmp_path: Path, name: str, delimiter: str) -> None:
    path = written(tmp_path, name, f"prompt{delimiter}completion\na{delimiter}b\n")
    assert pairs(path) == [(2, "a", "b")]


def test_a_spreadsheets_separator_line_is_obeyed_and_counted(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "sep=;\nprompt;completion\na,1;b\n")
    assert pairs(path) == [(3, "a,1", "b")]


def test_quotes_are_letters_in_tab_separated_text_that_has_no_quoting(tmp_path: Path) -> None:
    path = written(tmp_path, "a.tsv", 'prompt\tcompletion\n"Yes" he said\tb\n"c\td\n')
    assert pairs(path) == [(2, '"Yes" he said', "b"), (3, '"c', "d")]


@pytest.mark.parametrize(
    ("encoding", "detected"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8"),
        ("utf-16", "utf-16-le"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp932", "cp932"),
        ("shift_jis", "cp932"),
        ("euc_jp", "euc_jp"),
    ],
)
def test_japanese_encodings_are_detected_and_said(
    tmp_path: Path, encoding: str, detected: str
) -> None:
    inputs = open_inputs([written(tmp_path, "a.csv", JAPANESE.encode(encoding))])
    assert (inputs.inputs[0].encoding, inputs.inputs[0].encoding_detected) == (detected, True)
    assert (inputs.inputs[0].prompt_column, inputs.inputs[0].completion_column) == ("質問", "回答")
    assert [r.completion for r in read(inputs)] == ["二十日あります。", "システムで申請します。"]


def test_western_letters_in_one_byte_are_detected(tmp_path: Path) -> None:
    text = "prompt,completion\nOù est le café?,À côté de l\u2019école \u2013 près du marché\n"
    inputs = open_inputs([written(tmp_path, "a.csv", text.encode("cp1252"))])
    assert inputs.inputs[0].encoding == "cp1252"
    assert read(inputs)[0].completion == "À côté de l\u2019école \u2013 près du marché"


def test_the_user_may_say_the_encoding(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", JAPANESE.encode("cp932"))
    inputs = open_inputs([path], InputOptions(encoding="Shift_JIS"))
    assert (inputs.inputs[0].encoding, inputs.inputs[0].encoding_detected) == ("cp932", False)
    assert len(read(inputs)) == 2


@pytest.mark.parametrize("name", ["no-such", "base64", "rot13", "undefined", ""])
def test_an_encoding_that_is_none_is_refused(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, "a.csv", "prompt,completion\na,b\n")
    if name:
        with pytest.raises(InputError, match="--encoding"):
            open_inputs([path], InputOptions(encoding=name))
    else:
        assert open_inputs([path], InputOptions(encoding=name)).inputs[0].encoding_detected


def test_letters_cut_by_the_end_of_a_block_are_whole(tmp_path: Path) -> None:
    for shift in range(4):
        text = (
            "prompt,completion\n"
            + "a" * shift
            + ",b\n"
            + "日本語の質問です,日本語の答えです\n" * 15_000
        )
        for encoding in ("utf-8", "cp932"):
            inputs = open_inputs([written(tmp_path, "a.csv", text.encode(encoding))])
            assert inputs.inputs[0].encoding == encoding
            assert {r.prompt for r in read(inputs)} == {"a" * shift, "日本語の質問です"}
            assert inputs.unreadable == []


def test_a_damaged_utf8_file_keeps_its_encoding_and_its_bad_rows_are_reported(
    tmp_path: Path,
) -> None:
    good = "質問です,答えです\n".encode() * 50_000
    raw = b"prompt,completion\n" + good + b"bad \x83\x65,x\n" + good
    inputs = open_inputs([written(tmp_path, "a.csv", raw)])
    assert inputs.inputs[0].encoding == "utf-8"
    assert len(read(inputs)) == 100_000
    assert [(bad.row, bad.code) for bad in inputs.unreadable] == [(50_002, "bad_encoding")]


def test_one_damaged_byte_early_in_utf8_is_damage_too(tmp_path: Path) -> None:
    raw = b"prompt,completion\n" + b"\xff,b\n" + "質問です,答えです\n".encode() * 3
    inputs = open_inputs([written(tmp_path, "a.csv", raw)])
    assert len(read(inputs)) == 3
    assert [bad.row for bad in inputs.unreadable] == [2]


@pytest.mark.parametrize(
    ("header", "found", "wrong_case", "extra"),
    [
        ("prompt,completion", ("prompt", "completion"), False, ()),
        ("id,Prompt, COMPLETION ", ("Prompt", " COMPLETION "), True, ("id",)),
        ("answer,question", ("question", "answer"), False, ()),
        ("input,output", ("input", "output"), False, ()),
        ("問,答", ("問", "答"), False, ()),
        (
            "prompt,completion,question,answer",
            ("prompt", "completion"),
            False,
            ("question", "answer"),
        ),
    ],
)
def test_the_columns_are_found_by_their_names(
    tmp_path: Path,
    header: str,
    found: tuple[str, str],
    wrong_case: bool,
    extra: tuple[str, ...],
) -> None:
    row = ",".join("x" for _ in header.split(","))
    one = open_inputs([written(tmp_path, "a.csv", f"{header}\n{row}\n")]).inputs[0]
    assert (one.prompt_column, one.completion_column) == found
    assert (one.wrong_case, one.extra_columns) == (wrong_case, extra)


def test_an_instruction_and_its_input_are_one_prompt(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "instruction,input,output\nTranslate,cat,猫\nGreet,,hello\n")
    assert pairs(path) == [(2, "Translate\n\ncat", "猫"), (3, "Greet", "hello")]


@pytest.mark.parametrize("header", ["ask,say", "question,answer,input,output"])
def test_columns_that_cannot_be_told_are_named_in_the_refusal(tmp_path: Path, header: str) -> None:
    row = ",".join("x" for _ in header.split(","))
    path = written(tmp_path, "a.csv", f"{header}\n{row}\n")
    with pytest.raises(InputError, match=r"--columns ") as refused:
        open_inputs([path])
    assert all(name in str(refused.value) for name in header.split(","))


def test_the_user_may_name_the_columns(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "ask,say,prompt,completion\na,b,c,d\n")
    assert pairs(path, InputOptions(columns=("ask", "say"))) == [(2, "a", "b")]
    with pytest.raises(InputError, match="'ask', 'say', 'prompt', 'completion'"):
        open_inputs([path], InputOptions(columns=("ask", "tell")))


def test_columns_by_number_mean_that_the_first_row_is_data(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "a,b\nc,d\n")
    assert pairs(path, InputOptions(columns=("2", "1"))) == [(1, "b", "a"), (2, "d", "c")]


def test_every_pass_reads_the_same_and_tells_all_bytes(tmp_path: Path) -> None:
    first = written(tmp_path, "a.csv", "prompt,completion\n" + "q,a\nbad\n" * 5_000)
    second = written(tmp_path, "b.tsv", "question\tanswer\n" + "q\ta\n" * 5_000)
    inputs = open_inputs([first, second])
    for _ in range(2):
        told: list[int] = []
        batches = list(inputs.batches(told.append))
        assert sum(told) == inputs.size == first.stat().st_size + second.stat().st_size
        assert [sum(r.source == at for b in batches for r in b) for at in (0, 1)] == [5_000, 5_000]
        assert max(map(len, batches)) <= 4_096
        assert inputs.unreadable_count == 5_000
        assert len(inputs.unreadable) == 1_000


@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b"   \n"])
def test_a_file_without_anything_is_refused(tmp_path: Path, content: bytes) -> None:
    for name in ("a.csv", "a.tsv", "a.json", "a.jsonl", "a.txt", "a.xlsx", "a.parquet"):
        with pytest.raises(InputError):
            open_inputs([written(tmp_path, name, content)])


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not an ordinary file"):
        open_inputs([tmp_path])
    with pytest.raises(InputError, match="No such file"):
        open_inputs([tmp_path / "none.csv"])
    with pytest.raises(InputError, match="gunzip"):
        open_inputs([written(tmp_path, "a.csv", b"\x1f\x8b\x08\x00abc")])
