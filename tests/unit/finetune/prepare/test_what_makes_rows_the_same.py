"""Rows are the same only when all that the model sees is the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from finetune.errors import InputError
from finetune.prepare import preparing
from finetune.prepare.findings import KINDS, Finding
from finetune.prepare.inputs import open_inputs
from finetune.prepare.places import Places
from finetune.prepare.preparing import Options, Prepared
from finetune.prepare.spill import Spill
from finetune.prepare.writing import outputs_of

Row = dict[str, Any]
WEATHER = {"type": "function", "function": {"name": "weather", "parameters": {"type": "object"}}}
CLOCK = {"type": "function", "function": {"name": "clock", "parameters": {"type": "object"}}}


class Takes:
    """Says yes to everything that is named."""

    def __init__(self, *skipped: str) -> None:
        self.skipped = skipped

    def expects(self, code: str) -> bool:
        return bool(KINDS[code].default) and code not in self.skipped

    def decide(self, finding: Finding) -> bool:
        return finding.code not in self.skipped


def prepared(folder: Path, rows: list[Row], *skipped: str, **options: Any) -> Prepared:
    source = folder / "in.jsonl"
    source.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), "utf-8")
    settled = Options(outputs_of(folder / "out.jsonl"), "gpt-4.1-mini", **options)
    return preparing.prepare(open_inputs([source]), settled, Takes(*skipped))


def written(folder: Path) -> list[Row]:
    return [json.loads(line) for line in (folder / "out.jsonl").read_text("utf-8").splitlines()]


def chat(question: Any, answer: str = "It is.", system: str | None = None, **more: Any) -> Row:
    first = [] if system is None else [{"role": "system", "content": system}]
    said = [{"role": "user", "content": question}, {"role": "assistant", "content": answer}]
    return {"messages": [*first, *said], **more}


def image(url: str) -> list[Row]:
    return [
        {"type": "text", "text": "What is it?"},
        {"type": "image_url", "image_url": {"url": url}},
    ]


@pytest.mark.parametrize(
    "rows",
    [
        [chat("Is it?", system=style) for style in ("pirate", "formal", "terse")],
        [chat("Is it?", str(n), system=style) for n, style in enumerate(("pirate", "formal"))],
        [chat("Is it?", tools=[tool]) for tool in (WEATHER, CLOCK)],
        [chat(image(f"https://example.com/{n}.png")) for n in range(2)],
        [chat("to us", "we"), chat("to US", "America")],
        [chat("if a:\n    b\n    c", "in"), chat("if a:\n    b\nc", "out")],
    ],
)
def test_rows_of_which_the_model_sees_something_else_are_all_kept(
    tmp_path: Path, rows: list[Row]
) -> None:
    assert prepared(tmp_path, rows, "near_duplicates").rows_written == len(rows)


def test_a_chat_row_repeats_a_pair_and_a_row_with_the_same_tools(tmp_path: Path) -> None:
    pair = {"prompt": "Is it?", "completion": "It is."}
    rows = [pair, chat(" Is it?"), chat("Is it?", tools=[CLOCK]), chat("Is it?", tools=[CLOCK])]
    done = prepared(tmp_path, rows)
    assert done.left_out == {"duplicates": 2}


def test_a_side_is_decided_without_case_and_a_separator(tmp_path: Path) -> None:
    from finetune.prepare.fingerprints import side_keys

    keys = side_keys(["Is  it?", "is it? ->", "IS IT?\n\n###\n\n"], {}).tolist()
    assert len(set(keys)) == 1


def test_a_beginning_that_no_longer_is_common_moves_no_row(tmp_path: Path) -> None:
    rows = [{"prompt": f"Customer question: {n}?", "completion": f"{n * n}"} for n in range(200)]
    sides = []
    for name, some in (("a", rows), ("b", [*rows, {"prompt": "Hm", "completion": "Yes"}])):
        (tmp_path / name).mkdir()
        done = prepared(tmp_path / name, some, "near_duplicates", split=True)
        held = done.outputs["validation"].read_text("utf-8").splitlines()
        sides.append({json.loads(line)["messages"][1]["content"] for line in held})
    assert sides[0] == sides[1] - {"Yes"}


def test_every_secret_of_a_row_is_hidden_and_calls_stay_json(tmp_path: Path) -> None:
    arguments = json.dumps({"password": "hunter2hunter2", "to": ["bob@example.com"], "n": 3})
    call = {
        "id": "call_1",
        "type": "function",
        "function": {"name": "mail", "arguments": arguments},
    }
    row = {
        "messages": [
            {"role": "user", "name": "eve@example.com", "content": "Send it"},
            {"role": "assistant", "tool_calls": [call]},
            {"role": "tool", "tool_call_id": "call_1", "content": "sent to bob@example.com"},
            {"role": "assistant", "function_call": {"name": "mail", "arguments": arguments}},
        ],
        "tools": [
            {"type": "function", "function": {"name": "mail", "description": "ann@example.com"}}
        ],
        "metadata": {"password": "hunter2hunter2"},
    }
    found = {one.code: one for one in prepared(tmp_path, [row]).findings}
    assert found["secrets"].applied
    text = (tmp_path / "out.jsonl").read_text("utf-8")
    assert "example.com" not in text
    assert "hunter2" not in text
    messages = written(tmp_path)[0]["messages"]
    kept = {"password": "[secret]", "to": ["[email]"], "n": 3}
    assert json.loads(messages[1]["tool_calls"][0]["function"]["arguments"]) == kept
    assert json.loads(messages[3]["function_call"]["arguments"]) == kept
    assert messages[0]["name"] == "email"


@pytest.mark.parametrize("skipped", ["secrets", "none"])
def test_no_report_holds_a_secret(tmp_path: Path, skipped: str) -> None:
    rows = [
        {"prompt": f"Write to bob@example.com: line {n}", "completion": f"Done {n}"}
        for n in (1, 2, 3, 3)
    ]
    found = prepared(tmp_path, rows, skipped).findings
    assert "prompt_prefix" in {one.code for one in found}
    assert "bob@example.com" not in json.dumps([one.document() for one in found])
    for one in found:
        if one.code == "prompt_prefix" and one.example is not None:
            assert one.example.before != one.example.after


def test_no_row_number_is_lost_between_ten_thousand_and_the_next() -> None:
    import numpy as np

    places = Spill(np.int64)
    places.add(np.arange(2, 12_007, dtype=np.int64))
    assert Places(places, [Path("a.csv")]).many(range(12_005)) == ("2-12006",)
    places.close()


def test_a_full_disk_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        def add(self, _: object) -> None:
            raise OSError(28, "No space left on device")

    source = tmp_path / "in.csv"
    source.write_text("prompt,completion\na,b\n")
    monkeypatch.setattr("finetune.prepare.draft.Spill", lambda _: Full())
    monkeypatch.setattr(Full, "close", lambda _: None, raising=False)
    settled = Options(outputs_of(tmp_path / "out.jsonl"), "gpt-4.1-mini")
    with pytest.raises(InputError, match="No space left on device; set TMPDIR"):
        preparing.prepare(open_inputs([source]), settled, Takes())


@pytest.mark.parametrize(
    "row",
    [
        {"messages": [*chat("Q")["messages"], {"role": "user", "content": "And?"}]},
        {"messages": [{"role": "human", "content": "Q"}, *chat("Q")["messages"]]},
        {**chat("Q"), "note": 1},
        {"messages": [{"role": "user", "content": None}, *chat("Q")["messages"]]},
        {"messages": [chat("Q")["messages"][0], {**chat("Q")["messages"][1], "weight": 0}]},
    ],
)
def test_a_row_that_check_calls_wrong_is_left_out_and_said(tmp_path: Path, row: Row) -> None:
    done = prepared(tmp_path, [row, chat("Is it?")])
    assert done.left_out == {"invalid": 1}
    assert [one.rows for one in done.findings if one.code == "invalid"] == [(1,)]


def test_answers_without_questions_are_written_as_check_wants_them(tmp_path: Path) -> None:
    prepared(tmp_path, [{"prompt": "", "completion": f"{n} sings"} for n in range(3)])
    from finetune.check.formats import row_findings

    assert len(written(tmp_path)) == 3
    assert [list(row_findings(row, "chat")) for row in written(tmp_path)] == [[], [], []]


def test_tools_and_the_system_message_count_as_tokens(tmp_path: Path) -> None:
    words = "word " * 70_000
    tool = {"type": "function", "function": {"name": "f", "description": words}}
    done = prepared(tmp_path, [chat("Q", tools=[tool]), chat("Is it?")])
    assert done.left_out == {"too_long": 1}
    (tmp_path / "b").mkdir()
    with pytest.raises(InputError, match="too_long"):
        prepared(tmp_path / "b", [{"prompt": "Q", "completion": "A"}], system=words)


@pytest.mark.parametrize("ends", [("house", "mouse", "base"), ("円です。", "日です。", "人です。")])
def test_letters_that_words_share_are_no_stop_text(tmp_path: Path, ends: tuple[str, ...]) -> None:
    rows = [{"prompt": f"{end}?", "completion": end} for end in ends]
    assert prepared(tmp_path, rows, legacy=True).form.stop == "\n"
