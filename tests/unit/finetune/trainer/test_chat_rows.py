"""Training files: what is read, and which line is blamed."""

import json

import pytest

from finetune.trainer.chat_rows import BadRows, read_chat_rows

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
