"""Cases of every shape are read, and what cannot be asked is named by its row."""

import json
from pathlib import Path
from typing import Any

import pytest

from finetune.errors import InputError
from finetune.evaluation.case_files import FileCase, read_cases


def read(
    tmp_path: Path, *rows: Any, name: str = "c.jsonl", system: str | None = None
) -> list[FileCase]:
    path = tmp_path / name
    path.write_text(
        "".join(row if isinstance(row, str) else json.dumps(row) + "\n" for row in rows)
    )
    return list(read_cases(path, system))


USER = {"role": "user", "content": "q"}
ANSWER = {"role": "assistant", "content": "a"}


def test_the_last_assistant_message_is_wanted_and_not_asked(tmp_path: Path) -> None:
    (one, two) = read(tmp_path, {"messages": [USER, ANSWER]}, {"messages": [USER, ANSWER, USER]})
    assert ([m.role for m in one.messages], one.wanted, one.question) == (["user"], "a", "q")
    assert (len(two.messages), two.wanted) == (3, None)


def test_pairs_preferences_and_text_parts(tmp_path: Path) -> None:
    parts = {"role": "user", "content": [{"type": "text", "text": "q"}]}
    found = read(
        tmp_path,
        {"prompt": "q", "completion": " a"},
        {"question": "q"},
        {"input": {"messages": [USER]}, "preferred_output": [ANSWER], "non_preferred_output": []},
        {"messages": [{"role": "developer", "content": "s"}, parts, ANSWER]},
    )
    assert [case.wanted for case in found] == [" a", None, "a", "a"]
    assert {case.question for case in found} == {"q"}


def test_a_system_prompt_replaces_their_own(tmp_path: Path) -> None:
    own = {"role": "system", "content": "old"}
    (found,) = read(tmp_path, {"messages": [own, USER]}, system="new")
    assert [(m.role, m.content) for m in found.messages] == [("system", "new"), ("user", "q")]


def test_plain_lines_are_questions_and_rows_count_as_in_an_editor(tmp_path: Path) -> None:
    found = read(tmp_path, "\ufeffone\n\n  two\n", name="c.txt")
    assert [(case.row, case.question) for case in found] == [(1, "one"), (3, "two")]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{\n", "row 2 is not JSON"),
        ("[]\n", "row 2 is not a JSON object"),
        ({}, "row 2 needs"),
        ({"messages": []}, "row 2 has no user message"),
        ({"messages": [{"role": "robot", "content": "x"}]}, "row 2: role"),
        ({"messages": [USER, {"role": "assistant", "content": None}]}, "row 2: content"),
        ({"messages": [USER, {"role": "assistant", "tool_calls": [1]}]}, "row 2 calls a tool"),
        ({"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}, "no text"),
        ({"prompt": "q", "completion": 5}, "row 2: wanted"),
        ('{"prompt": "\\ud800"}\n', "half a character"),
        ("[" * 100_000 + "\n", "row 2 is not JSON"),
    ],
)
def test_what_cannot_be_asked_is_named(tmp_path: Path, row: Any, said: str) -> None:
    with pytest.raises(InputError, match="row 2") as refused:
        read(tmp_path, {"prompt": "fine"}, row)
    assert said in str(refused.value)
    assert "\n" not in str(refused.value)


def test_files_that_hold_no_cases(tmp_path: Path) -> None:
    for name, content, said in (
        ("c.csv", b"a,b", "finetune prepare"),
        ("c.txt", b"\n \n", "holds no case"),
        ("d.txt", b"\x83\x65\xff", "not UTF-8"),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(InputError, match=said):
            list(read_cases(tmp_path / name))
    with pytest.raises(InputError, match="cannot read"):
        list(read_cases(tmp_path / "none.txt"))


def test_each_text_file_of_a_folder_is_a_case(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("Second\ntext\n")
    (tmp_path / "a.txt").write_bytes(b"\xef\xbb\xbfFirst")
    (tmp_path / "c.md").write_text("no case")
    found = [(case.row, case.question) for case in read_cases(tmp_path)]
    assert found == [(1, "First"), (2, "Second\ntext")]
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"holds no \.txt file"):
        list(read_cases(tmp_path / "empty"))
