"""A correction word by word, in English and Japanese."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.diffing import Piece, compared, words
from bot.slack.blocks.diff import diff_block, shortened, text_block


def marked(before: str, after: str) -> str:
    """Gone in [-…-], new in {+…+}."""
    signs = {"same": "{}", "gone": "[-{}-]", "new": "{{+{}+}}"}
    return "".join(signs[kind].format(text) for kind, text in compared(before, after))


@pytest.mark.parametrize(
    ("before", "after", "shown"),
    [
        ("You have 20 days.", "You have 25 days.", "You have [-20-]{+25+} days."),
        ("Ask Ben.", "Ask Ben or Chie.", "Ask Ben{+ or Chie+}."),
        ("有給は20日です。", "有給は25日あります。", "有給は[-20-]{+25+}日[-です-]{+あります+}。"),
        ("東京タワーへ", "京都タワーへ", "[-東京-]{+京都+}タワーへ"),
        ("a b c", "x y z", "[-a b c-]{+x y z+}"),
        ("same", "same", "same"),
        ("", "all new", "{+all new+}"),
    ],
)
def test_only_what_changed_is_marked(before: str, after: str, shown: str) -> None:
    assert marked(before, after) == shown


@given(st.text(), st.text())
def test_both_texts_can_be_read_back(before: str, after: str) -> None:
    before, after = before.replace("\r\n", "\n"), after.replace("\r\n", "\n")
    pieces = compared(before, after)
    assert "".join(text for kind, text in pieces if kind != "new") == before
    assert "".join(text for kind, text in pieces if kind != "gone") == after


@given(st.text())
def test_words_lose_nothing(text: str) -> None:
    assert "".join(words(text)) == text.replace("\r\n", "\n")


def test_what_is_far_from_any_change_is_left_out() -> None:
    pieces = compared("a " * 300 + "old" + " z" * 300, "a " * 300 + "new" + " z" * 300)
    shown = shortened(pieces, 1000)
    assert [piece.kind for piece in shown] == ["same", "gone", "new", "same"]
    assert shown[0].text.startswith("…")
    assert shown[-1].text.endswith("…")
    assert sum(len(piece.text) for piece in shown) < 200


def test_more_than_fits_is_cut_with_an_ellipsis() -> None:
    shown = shortened([Piece("gone", "x" * 50), Piece("new", "y" * 500)], 100)
    assert sum(len(piece.text) for piece in shown) == 100
    assert shown[-1].text.endswith("…")


def test_texts_of_a_book_are_not_compared_but_shown() -> None:
    kinds = [piece.kind for piece in compared("a b " * 5000, "b a " * 5000)]
    assert kinds == ["gone", "new"]


def test_very_many_changes_are_shown_as_two_texts() -> None:
    block = diff_block("犬は" * 1400, "猫は" * 1400, 400).to_dict()
    gone, new = block["elements"][0]["elements"]
    assert (gone["text"][:2], gone["style"]) == ("犬は", {"strike": True})
    assert (new["text"][:2], new["style"]) == ("猫は", {"bold": True})


def test_gone_is_struck_out_and_new_is_bold() -> None:
    [section] = diff_block("20 days", "25 days", 100).to_dict()["elements"]
    assert section["elements"] == [
        {"type": "text", "text": "20", "style": {"strike": True}},
        {"type": "text", "text": "25", "style": {"bold": True}},
        {"type": "text", "text": " days"},
    ]


def test_a_text_for_a_block_is_never_empty_nor_too_long() -> None:
    def shown(text: str) -> str:
        return str(text_block(text, 10).to_dict()["elements"][0]["elements"][0]["text"])

    assert shown("") == "…"
    assert shown("x" * 50) == "x" * 9 + "…"
