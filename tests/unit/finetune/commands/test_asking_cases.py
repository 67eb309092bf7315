"""How `compare` and `evaluate` read their options before anything is asked."""

import json
from pathlib import Path

import pytest
import typer

from finetune.commands.asking_cases import Form, looked_through, named_models, text_or_file
from finetune.commands.evaluating import Labelling, _classes
from finetune.errors import InputError


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    path = tmp_path / "cases.jsonl"
    path.write_text(
        '{"prompt": "a\\n\\n###\\n\\n", "completion": " yes"}\n'
        '{"prompt": "b\\n\\n###\\n\\n", "completion": " no"}\n' * 2
    )
    return path


def test_a_file_is_looked_through_before_anything_is_asked(cases: Path) -> None:
    found = looked_through(cases, Form())
    assert (found.total, found.wanted, found.labels.classes) == (4, 4, ("no", "yes"))
    assert len(list(found.cases())) == len(list(found.cases())) == 4


def test_a_legacy_answer_has_room_and_a_chat_answer_is_not_limited(cases: Path) -> None:
    found = looked_through(cases, Form())
    assert found.manner(Form()).max_tokens is None
    legacy = found.manner(Form(legacy=True))
    assert legacy.max_tokens == 256
    assert legacy.legacy is not None
    assert legacy.legacy.separator == "\n\n###\n\n"
    assert found.manner(Form(legacy=True, max_tokens=1)).max_tokens == 1


def test_a_separator_typed_in_a_shell_has_new_lines(cases: Path) -> None:
    form = Form(legacy=True, separator="\\n=>\\n", stop=("\\n",))
    manner = looked_through(cases, form).manner(form)
    assert manner.legacy == ("\n=>\n", ("\n",))


def test_a_text_is_itself_or_stands_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text("Be brief.\n")
    assert text_or_file(str(tmp_path / "s.txt")) == "Be brief."
    assert text_or_file("Be brief.") == "Be brief."
    assert text_or_file("x" * 5000) == "x" * 5000
    assert text_or_file(None) is None
    (tmp_path / "s.txt").write_bytes(b"\xff")
    with pytest.raises(InputError, match="not UTF-8"):
        text_or_file(str(tmp_path / "s.txt"))


def test_models_are_named_once() -> None:
    assert named_models("a, ft:b:c::1,a") == ("a", "ft:b:c::1")
    with pytest.raises(typer.BadParameter):
        named_models(" , ")


@pytest.mark.parametrize(("classes", "missing"), [("a,y", "'ab'"), ("a,ab", None)])
def test_wanted_answers_that_are_none_of_the_classes_are_refused(
    tmp_path: Path, classes: str, missing: str | None
) -> None:
    file = tmp_path / "cases.jsonl"
    rows = [{"prompt": f"q{n}", "completion": ("a", "ab")[n % 2]} for n in range(8)]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    labelling = Labelling(None, classes, None, None)
    if missing is None:
        assert _classes(labelling, looked_through(file, Form()), Form()) == ("a", "ab")
        return
    with pytest.raises(InputError, match=missing):
        _classes(labelling, looked_through(file, Form()), Form())
