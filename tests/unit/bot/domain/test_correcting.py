"""Which messages correct a reply."""

import pytest

from bot.domain.correcting import correction_in


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ("correct: 25 days.", "25 days."),
        ("Correct:25 days.", "25 days."),
        ("  CORRECT : a\n\nb ", "a\n\nb"),
        ("*correct:* 25 days.", "25 days."),
        ("*Correct*: *25* days.", "*25* days."),
        ("correct: *25* days.", "*25* days."),
        ("*訂正：* 25日です。", "25日です。"),
        ("訂正：25日です。", "25日です。"),
        ("訂正: 25日です。", "25日です。"),
        ("correct:", ""),
    ],
)
def test_what_stands_behind_the_word_is_the_correction(message: str, text: str) -> None:
    assert correction_in(message, files=False) == text


@pytest.mark.parametrize(
    "message",
    [
        "Is that correct?",
        "correct",
        "That is correct: yes",
        "訂正してください",
        "correction: I meant 2025",
        "",
    ],
)
def test_anything_else_is_none(message: str) -> None:
    assert correction_in(message, files=False) is None


@pytest.mark.parametrize("comment", ["correct", "Correct:", "訂正", "*correct*", "correct."])
def test_with_a_file_the_word_alone_will_do(comment: str) -> None:
    assert correction_in(comment, files=True) == ""
