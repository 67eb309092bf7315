"""For any table: no row is lost unreported, the output is stable, the sides are disjoint."""

import csv
import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import example, given, settings
from hypothesis import strategies as st

from finetune.dataset.example import normalise
from finetune.errors import InputError
from finetune.prepare.affixes import Ends
from finetune.prepare.findings import KINDS, Finding
from finetune.prepare.inputs import open_inputs
from finetune.prepare.preparing import Options, Prepared, prepare
from finetune.prepare.writing import outputs_of

WORDS = (
    "Question: ",
    "東京の天気は",
    "What",
    " is",
    "\n",
    '"',
    ",",
    "  ",
    "\u3000",
    "A",
    "a",
    "None",
)
WORDS += (
    "nan",
    "me@example.com",
    "。",
    " ->",
    "\n\n###\n\n",
    " END",
    "が",
    "e\u0301",
    "🙂",
    "\t",
    "null",
)
texts = st.one_of(
    st.lists(st.sampled_from(WORDS), max_size=6).map("".join),
    st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=12),
)
tables = st.lists(st.tuples(texts, texts), min_size=1, max_size=25)


class Takes:
    """Says yes to what is usual, or to all."""

    def __init__(self, everything: bool = False) -> None:
        self.everything = everything

    def expects(self, code: str) -> bool:
        return self.everything or bool(KINDS[code].default)

    def decide(self, finding: Finding) -> bool:
        return self.everything or (finding.default and bool(KINDS[finding.code].default))


def table(path: Path, rows: list[tuple[str, str]]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("prompt", "completion"), *rows])
    return path


def run(path: Path, out: Path, *, everything: bool = False, **options: Any) -> Prepared | None:
    settled = Options(outputs_of(out), "gpt-4.1-mini", **options)
    try:
        return prepare(open_inputs([path]), settled, Takes(everything))
    except InputError:
        return None


def rows_of(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").split("\n")[:-1]]


@given(tables, st.booleans(), st.booleans())
@settings(max_examples=40, deadline=None)
def test_no_row_is_lost_that_is_not_reported(
    rows: list[tuple[str, str]], everything: bool, legacy: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = table(Path(folder) / "in.csv", rows)
        done = run(path, Path(folder) / "out.jsonl", everything=everything, legacy=legacy)
        if done is None:
            assert not list(Path(folder).glob("out*"))
            return
        assert done.rows_read == done.rows_written + sum(done.left_out.values())
        assert len(rows_of(Path(folder) / "out.jsonl")) == done.rows_written
        reported: set[int | str] = set()
        for finding in done.findings:
            if finding.applied and finding.code in {*done.left_out}:
                assert len(finding.rows) == finding.count
                reported |= set(finding.rows)
        assert len(reported) == sum(done.left_out.values())


@given(tables, st.booleans(), st.booleans())
@example([("Question: ", "\n\n###\n\n"), ("0", "me@example.comme@example.com")], True, True)
@example(
    [("AAA", "0"), ("東京のQuestion: 東京の", "0"), ("東京のQuestion: 東京の", "Q: ")], True, False
)
@example([("Question:  END", "0")], True, True)
@example([("Question: ", "Question: "), ("0", " END")], True, True)
@settings(max_examples=60, deadline=None)
def test_preparing_the_output_again_changes_nothing(
    rows: list[tuple[str, str]], everything: bool, legacy: bool
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = table(Path(folder) / "in.csv", rows)
        first, second = Path(folder) / "one.jsonl", Path(folder) / "two.jsonl"
        if run(path, first, everything=everything, legacy=legacy) is None:
            return
        again = run(first, second, everything=everything, legacy=legacy)
        assert again is not None
        assert second.read_bytes() == first.read_bytes()
        assert [f.code for f in again.findings if f.applied and f.code != "split"] == []


@given(tables, st.integers(0, 3), st.lists(st.tuples(texts, texts), max_size=8))
@settings(max_examples=60, deadline=None)
def test_the_sides_share_no_prompt_and_rows_added_later_move_none(
    rows: list[tuple[str, str]], seed: int, added: list[tuple[str, str]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        sides: list[tuple[set[str], set[str]]] = []
        for name, some in (("a", rows), ("b", rows + added)):
            path = table(Path(folder) / f"{name}.csv", some)
            out = Path(folder) / f"{name}.jsonl"
            done = run(path, out, split=True, seed=seed)
            if done is None or done.form.prompt_ends != Ends():
                return
            sides.append(
                tuple(
                    {
                        normalise(row["messages"][0]["content"])
                        for row in rows_of(done.outputs[role])
                    }
                    for role in ("train", "validation")
                )
            )
            assert not sides[-1][0] & sides[-1][1]
        if "" in sides[1][0] | sides[1][1]:
            return
        assert not sides[0][0] & sides[1][1]
        assert not sides[0][1] & sides[1][0]
