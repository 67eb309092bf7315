"""A question as the title of its thread."""

import pytest

from bot.slack.titles import LENGTH, titled


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How many days?", "How many days?"),
        ("\n  How  many\n days?", "How many"),
        ("", ""),
        ("word " * 30, "word word word word word word word word word word word word…"),
    ],
)
def test_it_is_one_line_cut_between_words(question: str, title: str) -> None:
    assert titled(question) == title


def test_a_text_without_spaces_is_cut_as_well() -> None:
    assert titled("有給休暇は何日ありますか" * 10).endswith("…")
    assert len(titled("有給休暇は何日ありますか" * 10)) <= LENGTH
