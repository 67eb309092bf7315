"""The correction modal: nothing of a long reply is lost, and it speaks the reader's language."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.blocks import check_view
from bot.sandbox.view_state import filled
from bot.slack.blocks.correction import PIECE, corrected_text, correction_view, in_pieces
from bot.texts import EN, JA
from tests.factories import down, reply

SAID = EN.feedback
words = st.text(st.sampled_from("ab \n\t日。"), max_size=60)


def submitted(view: dict[str, Any], **values: str) -> str:
    state = {"values": filled(view["blocks"], values)}
    return corrected_text({**view, "state": state})


@given(st.lists(words, max_size=40), st.integers(1, 12))
def test_an_unedited_reply_comes_back_exactly(pieces: list[str], times: int) -> None:
    text = "".join(pieces) * times
    cut = in_pieces(text)
    if cut is not None:
        joined = cut.texts[0]
        for between, piece in zip(cut.between, cut.texts[1:], strict=True):
            joined += between + piece
        assert joined == text
        assert all(len(piece) <= 3000 for piece in cut.texts)


@pytest.mark.parametrize("length", [10, 3000, 3001, 12_000, 20_000])
def test_the_modal_as_slack_takes_it_gives_the_reply_back(length: int) -> None:
    content = ("A line of it.\n\n" * (length // 15 + 1))[:length].strip()
    view = correction_view(reply(content), None, SAID).to_dict()
    check_view(view)
    assert submitted(view) == content


def test_a_part_that_is_emptied_is_dropped() -> None:
    content = "\n\n".join(["a" * (PIECE - 10), "b" * (PIECE - 10), "c" * 10])
    view = correction_view(reply(content), None, SAID).to_dict()
    left = submitted(view, **{"correction-2": ""})
    assert left == "a" * (PIECE - 10) + "\n\n" + "c" * 10


def test_a_reply_too_long_for_any_modal_is_not_cut_into_it_and_the_other_ways_are_told() -> None:
    view = correction_view(reply("x" * 30_000), None, SAID).to_dict()
    check_view(view)
    inputs = [block for block in view["blocks"] if block["type"] == "input"]
    assert "initial_value" not in inputs[0]["element"]
    assert "correct: …" in view["blocks"][0]["text"]["text"]
    assert submitted(view, correction="Shorter.") == "Shorter."


def test_ones_own_earlier_correction_is_offered_with_its_reason_and_note() -> None:
    mine = down(correction="25 days.").model_copy(update={"reason": "tone", "note": "Hm"})
    view = correction_view(reply(), mine, SAID).to_dict()
    first, reason, note = (block["element"] for block in view["blocks"])
    assert first["initial_value"] == "25 days."
    assert (reason["initial_option"]["value"], note["initial_value"]) == ("tone", "Hm")


def test_all_of_it_is_in_the_readers_language() -> None:
    view = correction_view(reply("はい。" * 1200), None, JA.feedback).to_dict()
    check_view(view)
    english = json.dumps(correction_view(reply("x" * 3600), None, SAID).to_dict())
    for label in (SAID.title, SAID.note, SAID.reasons["wrong"]):
        assert label in english
        assert label not in json.dumps(view, ensure_ascii=False)


def test_both_languages_have_the_same_reasons() -> None:
    assert list(EN.feedback.reasons) == list(JA.feedback.reasons)
