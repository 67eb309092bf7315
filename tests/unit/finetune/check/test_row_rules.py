"""Every rule of the chat, tool and preference formats has a code, found on the right line."""

from pathlib import Path
from typing import Any

import pytest

from finetune.check.codes import ERRORS
from tests.unit.finetune.check.rows import (
    IMAGE,
    TOOL,
    answer,
    call,
    chat,
    checked,
    dpo,
    errors,
    user,
)

RIGHT = [
    chat(),
    chat({"role": "system", "content": "Be brief."}, user(), answer(weight=0), user(), answer(weight=1)),
    chat({"role": "developer", "content": "Be brief."}, {**user(), "name": "Chie"}, answer()),
    chat({"role": "user", "content": [{"type": "text", "text": "What is this?"}, IMAGE]}, answer()),
    chat(user(), {"role": "assistant", "content": [{"type": "text", "text": "A cat."}]}),
    chat(user(), {"role": "assistant", "content": None, "refusal": "I cannot."}),
    chat(user(), call(), tools=[TOOL], parallel_tool_calls=False),
    chat(user(), call(), tools=[TOOL]),
    chat(
        user(),
        call(),
        {"role": "tool", "tool_call_id": "c1", "content": "sun"},
        answer(),
        tools=[TOOL],
        parallel_tool_calls=True,
    ),
    chat(
        user(),
        {"role": "assistant", "content": None, "function_call": {"name": "w", "arguments": "{}"}},
        {"role": "function", "name": "w", "content": "sun"},
        answer(),
        functions=[{"name": "w", "parameters": {"type": "object", "properties": {}}}],
    ),
]  # fmt: skip


@pytest.mark.parametrize("row", RIGHT)
def test_what_the_documentation_shows_has_no_error(row: dict[str, Any], tmp_path: Path) -> None:
    assert errors(checked(tmp_path, row)) == []


def test_preference_and_completion_rows_have_no_error(tmp_path: Path) -> None:
    assert errors(checked(tmp_path, dpo())) == []
    assert errors(checked(tmp_path, {"prompt": "", "completion": " yes"})) == []


SYSTEM_ONLY = chat({"role": "system", "content": "Be brief."})
WRONG: list[tuple[str, Any]] = [
    ("messages_missing", {"messages": []}),
    ("messages_missing", {"messages": "Hi"}),
    ("message_not_an_object", chat("Hi", answer())),
    ("role_missing", chat({"content": "Hi"}, answer())),
    ("role_unknown", chat({"role": "bot", "content": "Hi"}, answer())),
    ("content_missing", chat({"role": "user"}, answer())),
    ("content_missing", chat(user(), {"role": "assistant", "content": None})),
    ("content_type", chat({"role": "user", "content": 7}, answer())),
    ("content_empty", chat(user(), answer(" "))),
    ("content_empty", chat({"role": "user", "content": []}, answer())),
    ("name_type", chat({**user(), "name": "Chie Mori"}, answer())),
    ("weight_value", chat(user(), answer(weight=0.5))),
    ("weight_value", chat(user(), answer(weight=True))),
    ("weight_role", chat({**user(), "weight": 1}, answer())),
    ("refusal_type", chat({**user(), "refusal": "no"}, answer())),
    ("no_assistant", SYSTEM_ONLY),
    ("last_not_assistant", chat(user(), answer(), user())),
    ("nothing_to_learn", chat(user(), answer(weight=0))),
    ("unknown_key", chat({**user(), "foo": 1}, answer())),
    ("unknown_key", chat(temperature=1)),
    ("part_type", chat({"role": "user", "content": ["Hi"]}, answer())),
    ("part_type", chat({"role": "user", "content": [{"type": ["x"]}]}, answer())),
    ("part_not_supported", chat({"role": "user", "content": [{"type": "input_audio"}]}, answer())),
    ("part_text", chat({"role": "user", "content": [{"type": "text"}]}, answer())),
    ("image_role", chat({"role": "system", "content": [IMAGE]}, user(), answer())),
    ("image_url", chat({"role": "user", "content": [{"type": "image_url"}]}, answer())),
    *(
        (
            code,
            chat(
                {"role": "user", "content": [{"type": "image_url", "image_url": image}]}, answer()
            ),
        )
        for code, image in (
            ("image_url", {"url": "cat.png"}),
            ("image_format", {"url": "data:image/gif;base64,AAAA"}),
            ("image_detail", {"url": "https://a.b/c.png", "detail": "best"}),
            ("image_too_large", {"url": "data:image/png;base64," + "A" * 14_000_000}),
        )
    ),
    ("too_many_images", chat({"role": "user", "content": [IMAGE] * 11}, answer())),
    ("tools_type", chat(tools={})),
    ("tool_type", chat(tools=[{"type": "retrieval"}])),
    ("function_type", chat(tools=[{"type": "function", "function": "w"}])),
    ("function_name", chat(tools=[{"type": "function", "function": {"name": "a b"}}])),
    ("function_description", chat(functions=[{"name": "w", "description": 1}])),
    ("function_parameters", chat(functions=[{"name": "w", "parameters": {"type": "string"}}])),
    ("function_strict", chat(functions=[{"name": "w", "strict": "yes"}])),
    ("function_twice", chat(tools=[TOOL, TOOL])),
    ("functions_and_tools", chat(tools=[TOOL], functions=[{"name": "w"}])),
    ("parallel_tool_calls_type", chat(parallel_tool_calls="yes")),
    ("tool_calls_type", chat(user(), answer(tool_calls=[]))),
    ("tool_calls_role", chat({**user(), "tool_calls": []}, answer())),
    ("tool_call_type", chat(user(), call(type="code"))),
    ("tool_call_id", chat(user(), call(id=None))),
    ("arguments_type", chat(user(), call(function={"name": "w", "arguments": {"a": 1}}))),
    ("arguments_type", chat(user(), call(function={"name": "w", "arguments": "{a: 1}"}))),
    ("function_call_type", chat(user(), answer(function_call="w"))),
    ("tool_call_id_missing", chat(user(), call(), {"role": "tool", "content": "sun"}, answer())),
    (
        "tool_call_id_unknown",
        chat(user(), {"role": "tool", "tool_call_id": "c9", "content": "sun"}, answer()),
    ),
    ("tool_call_unanswered", chat(user(), call(), answer())),
    (
        "tool_call_id_twice",
        chat(user(), {"role": "assistant", "tool_calls": call()["tool_calls"] * 2}),
    ),
    ("function_name_missing", chat(user(), {"role": "function", "content": "sun"}, answer())),
    ("input_missing", dpo(input=None)),
    ("input_ends_in_answer", dpo(input={"messages": [user(), answer()]})),
    ("image_in_preference", dpo(input={"messages": [{"role": "user", "content": [IMAGE]}]})),
    ("output_missing", {"input": {"messages": [user()]}, "preferred_output": [answer()]}),
    ("output_count", dpo(preferred_output=[answer(), answer()])),
    ("output_count", dpo(preferred_output=[user()])),
    ("identical_outputs", dpo(preferred_output=[answer("What?")])),
    ("prompt_type", {"prompt": 1, "completion": "x"}),
    ("completion_type", {"prompt": "x"}),
    ("completion_empty", {"prompt": "x", "completion": " "}),
]


@pytest.mark.parametrize(("code", "row"), WRONG, ids=[code for code, _ in WRONG])
def test_an_error_is_found_on_its_line(code: str, row: Any, tmp_path: Path) -> None:
    good = dpo() if "input" in row else {"prompt": "a", "completion": "b"} if "messages" not in row else chat()  # fmt: skip
    found = checked(tmp_path, good, row)
    assert (2, code) in errors(found)
    assert not [error for error in found.errors if error.line == 1]


DAMAGED: list[tuple[str, bytes]] = [
    ("empty_line", b""),
    ("empty_line", b"  "),
    ("nul_byte", b'{"messages": \0}'),
    ("bad_utf8", b'{"messages": "\xff"}'),
    ("bad_json", b'{"messages": '),
    ("bad_json", b"prompt,completion"),
    ("bad_json", b'{"messages": ' + b"1" * 9000 + b"}x"),
    ("not_a_number", b'{"messages": NaN}'),
    ("lone_surrogate", b'{"messages": "\\ud800"}'),
    ("too_deep", b"[" * 100_000 + b"]" * 100_000),
    ("too_deep", b"[" * 300 + b"]" * 300),
    ("duplicate_key", b'{"messages": [], "messages": []}'),
    (
        "duplicate_key",
        b'{"messages": [{"role": "user", "role": "user", "content": "a"}, {"role": "assistant", "content": "b"}]}',
    ),
    (
        "duplicate_key",
        b'{"messages": [{"role" : "user", "role": "user", "content": "\\":"}, {"role": "assistant", "content": "b"}]}',
    ),
    ("not_an_object", b"[1, 2]"),
    ("unknown_format", b'{"text": "a"}'),
    ("other_format", b'{"prompt": "a", "completion": "b"}'),
    ("line_too_long", b'{"messages": "' + b"a" * 50_000_001 + b'"}'),
]


@pytest.mark.parametrize(("code", "line"), DAMAGED, ids=[code for code, _ in DAMAGED])
def test_a_damaged_line_is_reported_and_the_rest_is_read(
    code: str, line: bytes, tmp_path: Path
) -> None:
    found = checked(tmp_path, chat(), line, chat(user("And you?"), answer("Fine.")))
    assert (2, code) in errors(found)
    assert {error.line for error in found.errors} == {2}
    assert found.tokens.total > 0


def test_a_byte_order_mark_is_an_error_of_the_first_line_only(tmp_path: Path) -> None:
    line = b'\xef\xbb\xbf{"prompt": "a", "completion": "b"}'
    found = checked(tmp_path, line, {"prompt": "c", "completion": "d"})
    assert errors(found) == [(1, "byte_order_mark")]
    assert found.examples == 2


def test_every_code_of_a_row_is_tested() -> None:
    tested = {code for code, _ in [*WRONG, *DAMAGED]} | {"byte_order_mark"}
    assert tested == set(ERRORS)


def test_the_format_asked_for_outweighs_the_first_row(tmp_path: Path) -> None:
    found = checked(tmp_path, {"prompt": "a", "completion": "b"}, chat(), format="chat")
    assert errors(found) == [(1, "other_format")]


def test_the_list_of_errors_is_bounded_and_their_number_is_not(tmp_path: Path) -> None:
    found = checked(tmp_path, chat(), *[b"{"] * 1500)
    assert (len(found.errors), found.errors_total, found.error_lines) == (1000, 1500, 1500)
