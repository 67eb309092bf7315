"""What a model writes calls nobody, looks the same, and grows without changing what was sent."""

import pytest

from bot.slack.blocks.reply import notification, part_blocks
from bot.slack.text import silent

CALLS = (
    "<!channel>",
    "<!here>",
    "<!everyone|everyone>",
    "<!subteam^S0GROUP01|@all>",
    "<@U0ASKER001>",
    "<@U0ASKER001|aiko>",
    "<!CHANNEL>",
    "<! channel >",
)


@pytest.mark.parametrize("call", CALLS)
def test_a_call_is_broken_and_nothing_else_is(call: str) -> None:
    text = f"Hello {call}, a < b, <!DOCTYPE html> and <https://example.com|a link>."
    quiet = silent(text)
    assert call not in quiet
    assert quiet.replace("\u200b", "") == text
    assert quiet.count("\u200b") == 1


@pytest.mark.parametrize("call", CALLS)
def test_what_was_sent_of_a_growing_text_stays_as_it_is(call: str) -> None:
    text = f"Hello {call} and {call}."
    whole = silent(text)
    for end in range(len(text)):
        assert whole.startswith(silent(text[:end]))


@pytest.mark.parametrize("call", CALLS)
def test_neither_blocks_nor_notifications_call(call: str) -> None:
    assert call not in str([block.to_dict() for block in part_blocks(call)])
    assert call not in notification(call)
