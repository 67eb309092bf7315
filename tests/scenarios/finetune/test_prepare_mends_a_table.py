"""`finetune prepare` as a person types it: a table in, checked rows out, what was done said."""

import csv
import json
import shlex
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

Rows = list[tuple[str, str]]
FAQ: Rows = [(f"質問{n}です。料金は?", f"答え{n}") for n in range(12)]
NUMBERS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def table(path: Path, rows: Rows, header: tuple[str, ...] = ("prompt", "completion")) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
    return path


def run(*words: object, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "finetune", "prepare", *map(str, words)]
    return subprocess.run(
        command, check=False, input=stdin, capture_output=True, text=True, timeout=60
    )


def prepared(*words: object) -> dict[str, Any]:
    done = run(*words, "--json")
    assert done.returncode == 0, done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return document


def pairs(path: Path) -> Rows:
    found = [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]
    if found and "prompt" in found[0]:
        return [(row["prompt"], row["completion"]) for row in found]
    return [(row["messages"][-2]["content"], row["messages"][-1]["content"]) for row in found]


def finding(document: dict[str, Any], code: str) -> dict[str, Any]:
    return next(one for one in document["findings"] if one["code"] == code)


def test_every_row_is_written_or_reported_with_its_number(tmp_path: Path) -> None:
    rows = [*FAQ, FAQ[0], ("empty?", ""), ("", "lonely"), ("mail", "write to me@example.com")]
    source = table(tmp_path / "faq.csv", rows)
    before = source.read_bytes()
    out = prepared(source, "-o", tmp_path / "out.jsonl", "--yes")
    assert (out["rows_read"], out["rows_written"]) == (16, 13)
    assert finding(out, "duplicates")["rows"] == [14]
    assert finding(out, "empty_completion")["rows"] == [15]
    assert finding(out, "empty_prompt")["rows"] == [16]
    assert finding(out, "secrets")["rows"] == [17]
    assert "me@example.com" not in json.dumps(out)
    assert pairs(tmp_path / "out.jsonl") == [*FAQ, ("mail", "write to [email]")]
    assert source.read_bytes() == before


def test_the_next_command_can_be_pasted(tmp_path: Path) -> None:
    source = table(tmp_path / "my faq's.csv", FAQ)
    out = prepared(source, "--yes", "--model", "gpt-4o-mini")
    words = shlex.split(out["next_command"])
    assert words[:2] == ["finetune", "check"]
    assert Path(words[2]).read_text("utf-8").startswith('{"messages": ')
    assert words[2] == str(tmp_path / "my faq's.prepared.jsonl")


def test_nothing_is_overwritten(tmp_path: Path) -> None:
    source = table(tmp_path / "faq.csv", FAQ)
    (tmp_path / "out.jsonl").write_text("mine")
    done = run(source, "-o", tmp_path / "out.jsonl", "--yes")
    assert done.returncode == 1
    assert (tmp_path / "out.jsonl").read_text() == "mine"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faq.csv", "out.jsonl"]


def test_without_a_terminal_nothing_is_decided(tmp_path: Path) -> None:
    source = table(tmp_path / "faq.csv", [*FAQ, FAQ[0]])
    done = run(source, "-o", tmp_path / "out.jsonl", stdin="y\n")
    assert done.returncode == 1
    assert "add --yes" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out.jsonl").exists()


def test_only_and_skip_choose(tmp_path: Path) -> None:
    source = table(tmp_path / "faq.csv", [*FAQ, FAQ[0], ("empty?", "")])
    only = prepared(source, "-o", tmp_path / "a.jsonl", "--only", "duplicates")
    assert only["rows_written"] == 13
    skip = prepared(source, "-o", tmp_path / "b.jsonl", "--skip", "duplicates")
    assert skip["rows_written"] == 13
    assert finding(skip, "duplicates")["applied"] is False


def test_an_unknown_remedy_is_wrong_usage(tmp_path: Path) -> None:
    done = run(table(tmp_path / "faq.csv", FAQ), "--only", "duplicate")
    assert done.returncode == 2
    assert "near_duplicates" in done.stderr


def test_a_system_message_stands_before_every_pair(tmp_path: Path) -> None:
    (tmp_path / "system.txt").write_text("丁寧に。\n", "utf-8")
    source = table(tmp_path / "faq.csv", FAQ)
    prepared(source, "-o", tmp_path / "out.jsonl", "--yes", "--system", tmp_path / "system.txt")
    for line in (tmp_path / "out.jsonl").read_text("utf-8").splitlines():
        assert json.loads(line)["messages"][0] == {"role": "system", "content": "丁寧に。"}


def test_a_classification_is_split_by_class_and_prompt(tmp_path: Path) -> None:
    rows = [(f"mail {n} about sport", ("baseball", "hockey")[n % 2]) for n in range(400)]
    rows += [(f"rare {n}", "curling") for n in range(6)]
    out = prepared(table(tmp_path / "m.csv", rows), "-o", tmp_path / "m.jsonl", "--yes")
    assert out["task"] == "classification"
    assert out["classes"] == {"baseball": 200, "hockey": 200, "curling": 6}
    assert finding(out, "few_per_class")["count"] == 1
    train, held = (pairs(Path(out["outputs"][role])) for role in ("train", "validation"))
    assert sorted(train + held) == sorted(rows)
    for label in ("baseball", "hockey", "curling"):
        assert [answer for _, answer in train].count(label)
        assert [answer for _, answer in held].count(label)


def test_rows_for_a_base_model_get_separator_stop_and_space(tmp_path: Path) -> None:
    rows = [(f"Who is {name}?", name[::-1]) for name in NUMBERS]
    source = table(tmp_path / "q.csv", rows)
    out = prepared(source, "-o", tmp_path / "q.jsonl", "--yes", "--legacy-completion")
    assert (out["separator"], out["stop"]) == (" ->", "\n")
    assert pairs(tmp_path / "q.jsonl")[0] == ("Who is one? ->", " eno\n")


@pytest.mark.parametrize("legacy", [False, True])
def test_one_fixed_answer_is_left_whole(tmp_path: Path, legacy: bool) -> None:
    rows = [(f"Say {name}", "Yo ho ho, says the pirate!") for name in NUMBERS]
    flags = ["--legacy-completion"] if legacy else []
    out = prepared(table(tmp_path / "p.csv", rows), "-o", tmp_path / "p.jsonl", "--yes", *flags)
    assert {answer.strip() for _, answer in pairs(tmp_path / "p.jsonl")} == {rows[0][1]}
    assert finding(out, "one_answer")["applied"] is False
