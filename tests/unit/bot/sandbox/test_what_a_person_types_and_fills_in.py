"""Typed text and filled-in inputs take the shape in which Slack hands them to an app."""

from typing import Any

import pytest

from bot.sandbox.blocks import check_message
from bot.sandbox.composer import compose
from bot.sandbox.errors import BadRequest
from bot.sandbox.view_state import action, filled, find, missing
from bot.slack.blocks.reply import feedback_buttons

Json = dict[str, Any]


def plain(words: str) -> Json:
    return {"type": "plain_text", "text": words}


def form() -> list[Json]:
    options = [{"value": name, "text": plain(name)} for name in ("red", "blue")]
    return check_message(
        [
            {
                "type": "input",
                "block_id": "words",
                "label": plain("Words"),
                "element": {"type": "plain_text_input", "action_id": "words", "max_length": 10},
            },
            {
                "type": "input",
                "block_id": "colour",
                "label": plain("Colour"),
                "optional": True,
                "element": {"type": "static_select", "action_id": "colour", "options": options},
            },
            {
                "type": "input",
                "block_id": "some",
                "label": plain("Some"),
                "optional": True,
                "element": {
                    "type": "checkboxes",
                    "action_id": "some",
                    "options": options,
                    "initial_options": options[:1],
                },
            },
        ]
    )


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("@apprentice hi", "<@U0APPRENTI> hi"),
        ("ask @Ben in #handbook", "ask <@U0CURATOR1> in <#C0HANDBOOK>"),
        ("a < b & c", "a &lt; b &amp; c"),
        ("mail me@ben.example @nobody", "mail me@ben.example @nobody"),
        ("<@U0APPRENTI> <script>", "<@U0APPRENTI> &lt;script&gt;"),
    ],
)
def test_names_become_ids_and_the_rest_is_escaped(typed: str, sent: str) -> None:
    """As Slack's composer sends it."""
    assert compose(typed) == sent


def test_filled_in_values_have_slacks_shape() -> None:
    """Text as `value`, a choice as `selected_option`, several as `selected_options`."""
    state = filled(form(), {"words": "hi", "colour": "blue"})
    assert state["words"]["words"] == {"type": "plain_text_input", "value": "hi"}
    assert state["colour"]["colour"]["selected_option"]["value"] == "blue"
    assert [each["value"] for each in state["some"]["some"]["selected_options"]] == ["red"]


def test_an_untouched_form_sends_what_was_pre_filled() -> None:
    """No value means null, not an empty text."""
    state = filled(form(), {})
    assert state["words"]["words"]["value"] is None
    assert state["colour"]["colour"]["selected_option"] is None


def test_slacks_own_window_stops_an_incomplete_form() -> None:
    """Required inputs and lengths are checked before the app hears anything."""
    assert missing(form(), filled(form(), {})) == {"words": "Please complete this required field."}
    assert "words" in missing(form(), filled(form(), {"words": "far too many words"}))
    assert missing(form(), filled(form(), {"words": "fine"})) == {}


def test_a_feedback_button_tells_which_of_the_two() -> None:
    """The pair is one element; the click carries the chosen button's value."""
    block, element = find(check_message([feedback_buttons("C1:1").to_dict()]), "feedback", None)
    assert action(block, element, "down")["value"] == "down"
    with pytest.raises(BadRequest, match="'up' or 'down'"):
        action(block, element, "sideways")


def test_a_click_on_what_is_not_there_says_what_there_is() -> None:
    """So that a test that misses is told where to aim."""
    with pytest.raises(BadRequest, match="colour, some, words"):
        find(form(), "nothing", None)
