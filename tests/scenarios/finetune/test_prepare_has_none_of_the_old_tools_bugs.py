"""Each known bug of the old `fine_tunes.prepare_data`, as a table that showed it."""

import json
import random
from pathlib import Path

from tests.scenarios.finetune.test_prepare_mends_a_table import (
    NUMBERS,
    finding,
    pairs,
    prepared,
    table,
)


def test_rows_dropped_after_an_earlier_removal_are_the_right_ones(tmp_path: Path) -> None:
    long = ("long " + "x y " * 3000, "kept out")
    rows = [("a", ""), ("b", "1"), ("b", "1"), long, ("c", "2"), ("d", "3"), ("e", "4")]
    out = prepared(
        table(tmp_path / "t.csv", rows), "-o", tmp_path / "o.jsonl", "--yes", "--model",
        "gpt-3.5-turbo-0613",
    )  # fmt: skip
    assert pairs(tmp_path / "o.jsonl") == [("b", "1"), ("c", "2"), ("d", "3"), ("e", "4")]
    assert finding(out, "too_long")["rows"] == [5]
    assert finding(out, "duplicates")["rows"] == [4]


def test_a_completion_prefix_that_starts_with_a_space_is_only_removed(tmp_path: Path) -> None:
    rows = [(f"What about {name}?", f" The answer: {name}") for name in NUMBERS]
    source = table(tmp_path / "t.csv", rows)
    prepared(source, "-o", tmp_path / "o.jsonl", "--yes", "--skip", "prompt_prefix")
    assert [answer for _, answer in pairs(tmp_path / "o.jsonl")] == list(NUMBERS)
    prepared(source, "-o", tmp_path / "l.jsonl", "--legacy-completion", "--yes", "--skip", "stop")
    assert [answer for _, answer in pairs(tmp_path / "l.jsonl")] == [f" {n}" for n in NUMBERS]


def test_json_lines_of_one_line_are_read(tmp_path: Path) -> None:
    source = tmp_path / "one.jsonl"
    source.write_text(json.dumps({"prompt": "q", "completion": "a"}) + "\n", "utf-8")
    assert prepared(source, "-o", tmp_path / "o.jsonl", "--yes")["rows_written"] == 1


def test_a_newline_at_the_end_of_a_text_makes_no_row(tmp_path: Path) -> None:
    source = tmp_path / "lines.txt"
    source.write_text("first?\tone\nsecond?\ttwo\n", "utf-8")
    out = prepared(source, "-o", tmp_path / "o.jsonl", "--yes")
    assert (out["rows_read"], out["rows_written"]) == (2, 2)


def test_no_prompt_is_on_both_sides_of_the_split(tmp_path: Path) -> None:
    chance = random.Random(4)
    rows = [(f"prompt {chance.randrange(60)}", chance.choice("ab")) for _ in range(300)]
    source = table(tmp_path / "t.csv", rows)
    out = prepared(source, "-o", tmp_path / "o.jsonl", "--only", "split")
    train, held = (
        {prompt for prompt, _ in pairs(Path(out["outputs"][role]))}
        for role in ("train", "validation")
    )
    assert train
    assert held
    assert not train & held


def test_words_that_mean_nothing_to_a_table_reader_are_text(tmp_path: Path) -> None:
    rows = [(word, f"it says {word}") for word in ("None", "NA", "nan", "null", "N/A")]
    prepared(
        table(tmp_path / "t.csv", rows), "-o", tmp_path / "o.jsonl", "--skip", "completion_prefix"
    )
    assert pairs(tmp_path / "o.jsonl") == rows
