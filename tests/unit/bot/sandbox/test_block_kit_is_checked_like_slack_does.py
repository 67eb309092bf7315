"""What Slack refuses, the sandbox refuses, with the same code and a pointer to the place."""

from typing import Any

import pytest

from bot.sandbox.blocks import check_message, check_view
from bot.sandbox.errors import SlackRefusal
from bot.slack.blocks.notice import notice_view
from bot.slack.blocks.reply import feedback_buttons

Json = dict[str, Any]


def text(words: str, kind: str = "mrkdwn") -> Json:
    return {"type": kind, "text": words}


def test_blocks_get_the_ids_that_slack_invents() -> None:
    """A block or element without an id gets one; a given id stays."""
    made = check_message(
        [
            {"type": "section", "text": text("x"), "block_id": "mine"},
            {"type": "actions", "elements": [{"type": "button", "text": text("y", "plain_text")}]},
        ]
    )
    assert made[0]["block_id"] == "mine"
    assert made[1]["block_id"]
    assert made[1]["elements"][0]["action_id"]


def test_what_the_bot_builds_is_taken() -> None:
    """The bot's own feedback buttons and views pass."""
    check_message([{"type": "markdown", "text": "**hi**"}, feedback_buttons("C1:1").to_dict()])
    check_view(notice_view("Title", "Words").to_dict())


@pytest.mark.parametrize(
    ("block", "pointer"),
    [
        ({"type": "section"}, "/blocks/0"),
        ({"type": "section", "text": text("x" * 3001)}, "/blocks/0/text/text"),
        ({"type": "section", "text": {"type": "plain"}}, "/blocks/0/text"),
        ({"type": "header", "text": text("x")}, "/blocks/0/text/type"),
        ({"type": "markdown", "text": ""}, "/blocks/0/text"),
        ({"type": "context", "elements": []}, "/blocks/0/elements"),
        ({"type": "image", "image_url": "https://example.com/x.png"}, "/blocks/0/alt_text"),
        ({"type": "marquee"}, "/blocks/0/type"),
        (
            {"type": "context_actions", "elements": [{"type": "button", "text": text("x")}]},
            "/blocks/0/elements/0/type",
        ),
        (
            {
                "type": "actions",
                "elements": [{"type": "button", "text": text("x" * 76, "plain_text")}],
            },
            "/blocks/0/elements/0/text/text",
        ),
    ],
)
def test_a_wrong_block_is_refused_where_it_is_wrong(block: Json, pointer: str) -> None:
    """`invalid_blocks`, with a JSON pointer in response_metadata."""
    with pytest.raises(SlackRefusal) as refused:
        check_message([block])
    assert refused.value.error == "invalid_blocks"
    assert any(f"[json-pointer:{pointer}]" in line for line in refused.value.messages)


def test_too_many_blocks_and_twice_the_same_id_are_refused() -> None:
    """50 blocks in a message; an id once."""
    for blocks in (
        [{"type": "divider"}] * 51,
        [{"type": "divider", "block_id": "a"}, {"type": "divider", "block_id": "a"}],
        [{"type": "markdown", "text": "x" * 6001}, {"type": "markdown", "text": "x" * 6001}],
        "not a list",
    ):
        with pytest.raises(SlackRefusal, match="invalid_blocks"):
            check_message(blocks)


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "home"},
        {"title": text("x" * 25, "plain_text")},
        {"title": None},
        {"private_metadata": "x" * 3001},
        {"submit": None},
        {"blocks": [{"type": "markdown", "text": "no"}]},
    ],
)
def test_a_modal_that_slack_would_refuse_is_refused(changes: Json) -> None:
    """Title of 24 characters, submit where there are inputs, no message-only blocks."""
    element = {"type": "plain_text_input"}
    modal = {
        "type": "modal",
        "title": text("Title", "plain_text"),
        "submit": text("Save", "plain_text"),
        "blocks": [{"type": "input", "label": text("Words", "plain_text"), "element": element}],
    }
    assert check_view(modal)["blocks"][0]["element"]["action_id"]
    with pytest.raises(SlackRefusal) as refused:
        check_view({**modal, **changes})
    assert refused.value.error == "invalid_arguments"
    assert refused.value.messages
