"""Training files: what is read, and which line is blamed."""

import json

import pytest

from finetune.trainer.engine import Preference
from finetune.trainer.wire.chat_rows import BadRows, read_chat_rows, read_rows, rows_of

GOOD = {"messages": [{"role": "user", "content": "a?"}, {"role": "assistant", "content": "b."}]}


def line(*messages: object) -> bytes:
    return json.dumps({"messages": messages}).encode() + b"\n"


def test_a_row_may_start_with_instructions_and_hold_several_turns() -> None:
    content = line(
        {"role": "developer", "content": "Be brief."},
        {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "?"}]},
        {"role": "assistant", "content": "b."},
        {"role": "user", "content": "c?", "name": "Aiko"},
        {"role": "assistant", "content": "d."},
    )
    (conversation,) = read_chat_rows(content)
    assert [(message.role, message.content) for message in conversation] == [
        ("system", "Be brief."),
        ("user", "a?"),
        ("assistant", "b."),
        ("user", "c?"),
        ("assistant", "d."),
    ]


@pytest.mark.parametrize("ending", [b"", b"\n", b"\r\n"])
def test_the_last_line_may_end_or_not_and_a_byte_order_mark_is_no_text(ending: bytes) -> None:
    content = b"\xef\xbb\xbf" + json.dumps(GOOD).encode() + ending
    assert len(read_chat_rows(content)) == 1


@pytest.mark.parametrize(
    ("second", "said"),
    [
        (b"\n", "Line 2 is not JSON."),
        (b"[]\n", "Line 2 needs"),
        (b"{}\n", "Line 2 needs"),
        (b"\xff\n", "Line 2 is not UTF-8 text."),
        (line("hello"), "Line 2, message 1 is not an object."),
        (line({"role": "robot", "content": "x"}), "Line 2, message 1: the role"),
        (line({"role": "user", "content": None}), "Line 2, message 1: the content is not text."),
        (
            line({"role": "user", "content": [{"type": "image_url", "image_url": {"url": "x"}}]}),
            "Line 2, message 1: the content is not text but an image",
        ),
        (
            line({"role": "user", "content": [{"type": "input_audio"}]}),
            "Line 2, message 1: the content is not text but audio",
        ),
        (line({"role": "user", "content": "a?", "name": 7}), "Line 2, message 1: name is not"),
        (
            line({"role": "user", "content": "a?", "weight": 0}),
            "Line 2, message 1: only an assistant message has a weight.",
        ),
        (
            line({"role": "assistant", "content": "b.", "weight": 0.5}),
            "Line 2, message 1: the weight is 0 or 1.",
        ),
        (
            line(
                {"role": "user", "content": "a?"},
                {"role": "assistant", "content": "b.", "weight": 0},
            ),
            "Line 2 has no assistant message to learn: each has the weight 0.",
        ),
        (
            line({"role": "assistant", "tool_calls": [{"id": "1"}]}),
            "Line 2, message 1: each of tool_calls is a function",
        ),
        (
            line({"role": "assistant", "function_call": {"name": "f", "arguments": ""}}),
            "Line 2, message 1: function_call is not understood",
        ),
        (b"[" * 100_000 + b"\n", "Line 2 is not JSON."),
        (b'{"preferred_output": []}\n', "Line 2 is a preference"),
        (line({"role": "user", "content": [{"type": "image_url"}]}), "Line 2, message 1: the con"),
        (line({"role": "user", "content": "a?"}), "Line 2 does not end in an assistant message."),
        (line({"role": "assistant", "content": "b."}), "Line 2 has no user message."),
        (
            line({"role": "user", "content": "a?"}, {"role": "assistant", "content": " "}),
            "Line 2 has an empty assistant message",
        ),
    ],
)
def test_the_first_bad_line_is_named(second: bytes, said: str) -> None:
    content = json.dumps(GOOD).encode() + b"\n" + second + b"oops\n"
    with pytest.raises(BadRows) as bad:
        read_chat_rows(content)
    assert str(bad.value).startswith(said)


CALL = {"id": "c1", "type": "function", "function": {"name": "tide", "arguments": "{}"}}


def test_a_row_may_call_tools_and_leave_out_what_is_not_to_be_learnt() -> None:
    tools = [{"type": "function", "function": {"name": "tide", "parameters": {}}}]
    messages = [
        {"role": "user", "content": "When is high tide?"},
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "c1", "content": "6:40"},
        {"role": "assistant", "content": "Soon.", "weight": 0},
        {"role": "user", "content": "When?"},
        {"role": "assistant", "content": "At 6:40.", "weight": 1},
    ]
    (row,) = read_chat_rows(json.dumps({"messages": messages, "tools": tools}).encode())
    assert row.tools == tuple(tools)
    assert [message.weight for message in row] == [1, 1, 1, 0, 1, 1]
    assert row[1].document() == {"role": "assistant", "content": "", "tool_calls": [CALL]}
    assert row[2].document() == {"role": "tool", "tool_call_id": "c1", "content": "6:40"}


def test_half_a_character_of_json_is_replaced() -> None:
    call = CALL | {"function": {"name": "\ud83d", "arguments": "{}"}}
    answer = {"role": "assistant", "content": "\ud83d", "tool_calls": [call]}
    (row,) = read_chat_rows(line({"role": "user", "content": "a?"}, answer))
    assert row[-1].content == "?"
    assert row[-1].tool_calls[0]["function"]["name"] == "?"


PREFERENCE = {
    "input": {"messages": [{"role": "user", "content": "a?"}]},
    "preferred_output": [{"role": "assistant", "content": "b."}],
    "non_preferred_output": [{"role": "assistant", "content": "c."}],
}


def test_a_preference_has_two_answers_to_one_conversation() -> None:
    (row,) = read_rows(json.dumps(PREFERENCE).encode(), "dpo")
    assert isinstance(row, Preference)
    assert [message.content for message in row.prompt] == ["a?"]
    assert (row.chosen.content, row.rejected.content) == ("b.", "c.")


def test_a_preference_may_be_spelt_as_the_published_document_does() -> None:
    text = json.dumps(PREFERENCE).replace("preferred_output", "preferred_completion")
    assert read_rows(text.encode(), "dpo") == read_rows(json.dumps(PREFERENCE).encode(), "dpo")


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"input": "a?"}, "Line 1 needs"),
        ({"input": {"messages": []}}, "Line 1 needs"),
        ({"preferred_output": []}, "Line 1 needs"),
        (
            {"preferred_output": [{"role": "assistant", "content": "b."}] * 2},
            "Line 1, preferred_output needs one assistant message",
        ),
        (
            {"non_preferred_output": [{"role": "user", "content": "c."}]},
            "Line 1, non_preferred_output needs one assistant message",
        ),
        ({"non_preferred_output": PREFERENCE["preferred_output"]}, "Line 1: the preferred and"),
        ({"input": {"messages": [{"role": "system", "content": "x"}]}}, "Line 1 has no user"),
    ],
)
def test_a_preference_that_prefers_nothing_is_named(wrong: dict[str, object], said: str) -> None:
    with pytest.raises(BadRows) as bad:
        read_rows(json.dumps(PREFERENCE | wrong).encode(), "dpo")
    assert str(bad.value).startswith(said)


def test_a_conversation_is_no_preference() -> None:
    with pytest.raises(BadRows, match="Line 1 needs"):
        read_rows(json.dumps(GOOD).encode(), "dpo")


def test_rows_are_read_one_after_the_other() -> None:
    coming = rows_of(json.dumps(PREFERENCE).encode() + b"\noops\n", "dpo")
    assert next(coming)
    with pytest.raises(BadRows, match="Line 2"):
        next(coming)
