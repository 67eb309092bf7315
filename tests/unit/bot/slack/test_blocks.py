"""Messages and views are pure functions of values."""

import json

from bot.slack.blocks.correction import correction_view
from bot.slack.blocks.parts import escape
from bot.slack.blocks.reply import feedback_buttons
from tests.factories import reply


def test_feedback_buttons_are_the_native_ones_with_two_values() -> None:
    element = feedback_buttons().to_dict()["elements"][0]
    assert element["type"] == "feedback_buttons"
    assert (element["positive_button"]["value"], element["negative_button"]["value"]) == (
        "up",
        "down",
    )


def test_the_correction_modal_is_filled_with_the_reply() -> None:
    view = correction_view(reply("20 days."), None).to_dict()
    assert view["blocks"][0]["element"]["initial_value"] == "20 days."
    assert json.loads(view["private_metadata"]) == {"reply_id": reply().reply_id}


def test_ones_own_earlier_correction_is_offered_for_editing() -> None:
    view = correction_view(reply(), "25 days.").to_dict()
    assert view["blocks"][0]["element"]["initial_value"] == "25 days."


def test_a_reply_too_long_for_the_field_is_not_cut_into_it() -> None:
    view = correction_view(reply("x" * 3001), None).to_dict()
    assert "initial_value" not in view["blocks"][0]["element"]


def test_foreign_text_cannot_mention_anyone() -> None:
    assert escape("<!channel> & <@U1>") == "&lt;!channel&gt; &amp; &lt;@U1&gt;"
