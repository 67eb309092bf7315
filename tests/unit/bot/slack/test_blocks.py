"""Messages and views are pure functions of values."""

from bot.slack.blocks.parts import escape
from bot.slack.blocks.reply import feedback_buttons, reply_of_block


def test_feedback_buttons_are_the_native_ones_with_two_values() -> None:
    element = feedback_buttons("C1:1~2").to_dict()["elements"][0]
    assert element["type"] == "feedback_buttons"
    assert (element["positive_button"]["value"], element["negative_button"]["value"]) == (
        "up",
        "down",
    )


def test_the_buttons_name_the_reply_that_they_are_about() -> None:
    block = feedback_buttons("C1:1~2").to_dict()
    assert reply_of_block(block["block_id"]) == "C1:1~2"
    assert reply_of_block("b1") is None


def test_foreign_text_cannot_mention_anyone() -> None:
    assert escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
