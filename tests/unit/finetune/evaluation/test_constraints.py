"""A constraint says what is wrong with an answer in words that its writer can act on."""

import json
from pathlib import Path

import pytest

from finetune.errors import InputError
from finetune.evaluation.constraint_text import parse
from finetune.evaluation.constraints import JsonSchema, Length, Lines, Matches


@pytest.mark.parametrize(("length", "kept"), [(94, False), (95, True), (105, True), (106, False)])
def test_a_length_within_its_tolerance_is_kept(length: int, kept: bool) -> None:
    assert (Length(100, 0.05).check("あ" * length) is None) is kept


def test_a_length_says_how_far_off_the_answer_is() -> None:
    assert Length(100, 0.05).check("x" * 132) == (
        "It has 132 characters, but 95 to 105 are wanted: shorten it by 32."
    )
    assert Length(100, 0.05).check("x" * 60) == (
        "It has 60 characters, but 95 to 105 are wanted: lengthen it by 40."
    )
    assert Length(3).check("") == "It has 0 characters, but exactly 3 are wanted: lengthen it by 3."


def test_white_space_around_an_answer_is_not_counted() -> None:
    assert Length(3).check("\n abc \n") is None


def test_a_share_that_is_no_exact_binary_number_is_exact_all_the_same() -> None:
    assert Length(10, 0.1).bounds == (9, 11)
    assert Length(1000, 0.07).bounds == (930, 1070)
    assert Length(7, 0.05).bounds == (7, 7)


def test_a_length_can_be_in_tokens() -> None:
    assert Length(2, unit="tokens", model="gpt-4o").check("hello world") is None
    found = Length(5, unit="tokens", model="gpt-4o").check("hello world")
    assert found == "It has 2 tokens, but exactly 5 are wanted: lengthen it by 3."


def test_lines_that_are_not_blank_are_counted() -> None:
    assert Lines(3).check("・a\n\n・b\r\n・c\n") is None
    assert Lines(3).check("a") == "It has 1 lines that are not empty, but exactly 3 are wanted."
    assert Lines(2, 4).check("a\nb\nc\nd") is None
    assert "2 to 4 are wanted" in str(Lines(2, 4).check("a"))


def test_a_pattern_is_looked_for_anywhere() -> None:
    assert Matches("[0-9]+").check("it costs 5 yen") is None
    assert Matches("^[0-9]+$").check("it costs 5 yen") == "It does not match the pattern ^[0-9]+$."


def test_a_pattern_that_backtracks_for_ever_is_given_up() -> None:
    with pytest.raises(InputError, match=r"\^\(a\|a\)\+\$.* takes over a second"):
        Matches(r"^(a|a)+$").check("a" * 60 + "b")


@pytest.mark.parametrize("schema", ["3", "[]", "true", "null"])
def test_a_json_schema_that_is_no_object_is_refused(tmp_path: Path, schema: str) -> None:
    (tmp_path / "schema.json").write_text(schema)
    with pytest.raises(InputError, match="no JSON object"):
        JsonSchema.read(tmp_path / "schema.json")


SCHEMA = {"type": "object", "required": ["n"], "properties": {"n": {"type": "integer"}}}


def test_a_json_answer_is_checked_by_its_schema() -> None:
    schema = JsonSchema(SCHEMA)
    assert schema.check(' {"n": 1}\n') is None
    assert schema.check('{"n": "1"}') == "At $.n: '1' is not of type 'integer'."
    assert schema.check('Sure! {"n": 1}').startswith("It is not JSON alone: ")  # type: ignore[union-attr]
    assert "NaN" in str(schema.check('{"n": NaN}'))
    assert schema.check("[" * 100_000) is not None


def test_a_schema_that_cannot_be_used_is_said_at_once(tmp_path: Path) -> None:
    for content in (b"no json", b'{"type": 5}', b"\xff"):
        (tmp_path / "s.json").write_bytes(content)
        with pytest.raises(InputError):
            JsonSchema.read(tmp_path / "s.json")
    with pytest.raises(InputError, match="cannot read"):
        JsonSchema.read(tmp_path / "none.json")


def test_a_schema_fetches_nothing() -> None:
    schema = JsonSchema({"$ref": "http://127.0.0.1:9/none.json"})
    with pytest.raises(InputError, match="not in the file"):
        schema.check("1")


def test_constraints_are_read_as_typed(tmp_path: Path) -> None:
    assert parse("length=100±5%") == parse("length=100+-5") == Length(100, 0.05)
    assert parse("length=100") == Length(100)
    assert parse("tokens = 40 ~ 10%", "gpt-4o") == Length(40, 0.1, "tokens", "gpt-4o")
    assert parse("lines=3") == Lines(3)
    assert parse("lines=2-4") == Lines(2, 4)
    assert parse("regex=^a=b$") == Matches("^a=b$")
    (tmp_path / "s.json").write_text(json.dumps(SCHEMA))
    assert parse(f"json-schema={tmp_path / 's.json'}").check("{}") is not None


@pytest.mark.parametrize(
    "text", ["", "length", "length=", "length=x", "length=0", "length=100±5%%", "lines=0",
             "lines=3-2", "regex=(", "words=3", "length=10±20"],
)  # fmt: skip
def test_what_is_no_constraint_is_refused_in_one_line(text: str) -> None:
    with pytest.raises(InputError) as refused:
        parse(text)
    assert "\n" not in str(refused.value)
