"""What stands in a finished reply beside the answer."""

import pytest

from bot.domain.conversation import Reply
from bot.sandbox.blocks import check_message
from bot.slack.blocks.reply import context_line, model_name, reply_blocks, stop_button, stops
from bot.slack.splitting import PART_LIMIT
from bot.texts import EN, JA
from tests.factories import reply


def line(changed: Reply, *, kept: bool = True) -> str:
    return context_line(changed, EN.chat, kept=kept, learn_url="")


@pytest.mark.parametrize(
    ("model", "shown"),
    [
        ("gpt-4.1-mini-2025-04-14", "gpt-4.1-mini-2025-04-14"),
        ("ft:base:better", "ft:base:better"),
        ("ft:gpt-4.1-mini-2025-04-14:acme-corp:handbook:BnQx7Yz2", "handbook:BnQx7Yz2"),
        ("ft:gpt-4.1-mini-2025-04-14:acme-corp::BnQx7Yz2", "acme-corp:BnQx7Yz2"),
        ("/models/a-very-long-path/to/something/that/ends-here", "/models/a-very-long-pa…nds-here"),
    ],
)
def test_a_model_has_a_name_that_people_can_read(model: str, shown: str) -> None:
    assert model_name(model) == shown


def test_the_line_says_what_was_special() -> None:
    assert line(reply()) == "handbook-base · How it learns"
    stopped = reply().model_copy(update={"stopped": True, "fallback": True})
    assert line(stopped).endswith("Stopped · Answered by the fallback model")
    assert line(reply(), kept=False).endswith("Not stored")


def test_a_models_name_cannot_mention_anyone() -> None:
    named = reply().model_copy(update={"model": "<!channel>"})
    assert "<!channel>" not in line(named)


def test_without_buttons_nothing_asks_for_a_vote() -> None:
    blocks = reply_blocks("20 days.", reply(), EN.chat, feedback=False, learn_url="")
    assert "feedback_buttons" not in str([block.to_dict() for block in blocks])


def test_the_buttons_speak_the_readers_language() -> None:
    blocks = reply_blocks("20 日です。", reply(), JA.chat, feedback=True, learn_url="")
    assert JA.chat.good_reply in str([block.to_dict() for block in blocks])


def test_a_full_message_with_everything_beside_it_is_taken_by_slack() -> None:
    full = reply().model_copy(update={"stopped": True, "fallback": True, "model": "m" * 200})
    blocks = reply_blocks(
        "x" * PART_LIMIT,
        full,
        EN.chat,
        feedback=True,
        learn_url="https://a-rather-long-name-of-a-server.example.com/learn",
        notes=["a note " * 200] * 9,
    )
    check_message([block.to_dict() for block in blocks])


def test_a_stop_button_tells_what_it_stops() -> None:
    assert stops([stop_button(EN.chat, "C1:1.2").to_dict()]) == "C1:1.2"
    assert stops([{"type": "markdown", "text": "no button"}]) is None
