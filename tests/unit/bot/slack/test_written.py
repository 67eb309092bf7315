"""The text of messages that carry it in blocks, attachments, or both."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.written import written

ALERT = {
    "text": "",
    "attachments": [
        {
            "fallback": "CPU high",
            "title": "CPU high on web-1",
            "text": "97 % for *5 minutes*",
            "fields": [{"title": "Region", "value": "Tokyo"}],
        }
    ],
}


def test_a_message_is_what_its_text_says() -> None:
    blocks = [{"type": "section", "text": {"type": "mrkdwn", "text": "other"}}]
    assert written({"text": "open?", "blocks": blocks}) == "open?"


def test_an_alert_of_attachments_alone_is_read() -> None:
    assert written(ALERT) == "CPU high on web-1\n97 % for *5 minutes*\nRegion: Tokyo"


def test_a_message_of_blocks_alone_is_read() -> None:
    blocks = [
        {"type": "header", "text": {"type": "plain_text", "text": "Deploy"}},
        {"type": "divider"},
        {"type": "section", "fields": [{"type": "mrkdwn", "text": "*Version* 7"}]},
        {"type": "context", "elements": [{"type": "mrkdwn", "text": "by <@U1>"}]},
        {"type": "image", "image_url": "https://x.example/a.png", "alt_text": "a curve"},
        {"type": "markdown", "text": "# Done"},
    ]
    assert written({"blocks": blocks}) == "Deploy\n*Version* 7\nby <@U1>\na curve\n# Done"


def test_rich_text_keeps_who_and_what_it_mentions() -> None:
    inside = [
        {"type": "text", "text": "ask "},
        {"type": "user", "user_id": "U1"},
        {"type": "text", "text": " if 1 < 2 in "},
        {"type": "channel", "channel_id": "C1"},
        {"type": "link", "url": "https://x.example", "text": "here"},
        {"type": "emoji", "name": "bread"},
        {"type": "usergroup", "usergroup_id": "S1"},
        {"type": "broadcast", "range": "here"},
    ]
    items = [
        {"type": "rich_text_section", "elements": [{"type": "text", "text": each}]} for each in "ab"
    ]
    block = {
        "type": "rich_text",
        "elements": [
            {"type": "rich_text_section", "elements": inside},
            {"type": "rich_text_list", "style": "bullet", "elements": items},
            {"type": "rich_text_preformatted", "elements": [{"type": "text", "text": "x = 1"}]},
        ],
    }
    assert written({"text": "", "blocks": [block]}) == (
        "ask <@U1> if 1 &lt; 2 in <#C1><https://x.example|here>:bread:<!subteam^S1><!here>\n"
        "- a\n- b\n```\nx = 1\n```"
    )


def test_a_forwarded_message_is_part_of_the_question_and_a_previewed_page_is_not() -> None:
    forwarded = {
        "is_share": True,
        "from_url": "https://x.slack.com/archives/C1/p1",
        "author_name": "Ben",
        "text": "The oven is broken.",
    }
    preview = {"from_url": "https://x.example", "title": "A page", "text": "of somebody's"}
    assert written({"text": "Whom do I call?", "attachments": [forwarded, preview]}) == (
        "Whom do I call?\nBen\nThe oven is broken."
    )


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(
                ["type", "text", "elements", "blocks", "attachments", "fields", "rows"]
            ),
            inner | st.sampled_from(["rich_text", "section", "table", "rich_text_list", "context"]),
            max_size=4,
        )
    ),
    max_leaves=25,
)


@given(st.dictionaries(st.sampled_from(["text", "blocks", "attachments"]), JSON))
def test_whatever_a_message_is_made_of_it_has_some_text_or_none(message: dict[str, Any]) -> None:
    assert isinstance(written(message), str)


@pytest.mark.parametrize(
    "blocks",
    [
        [
            {
                "type": "table",
                "rows": [[{"type": "raw_text", "text": "a"}, {"type": "raw_text", "text": "b"}]],
            }
        ]
    ],
)
def test_a_table_is_read_by_rows(blocks: list[dict[str, Any]]) -> None:
    assert written({"blocks": blocks}) == "a | b"
