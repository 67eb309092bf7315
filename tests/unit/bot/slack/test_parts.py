"""Model's Markdown where mrkdwn is shown."""

import pytest

from bot.slack.blocks.parts import cut, fitting, unmarked


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("You get **25 days** and ***more***.", "You get 25 days and more."),
        ("有給休暇は年に**25 日**です。", "有給休暇は年に25 日です。"),
        ("# Leave\n\n## Days\n25", "Leave\n\nDays\n25"),
        ("__init__ is a name, a ** b a power", "__init__ is a name, a ** b a power"),
        ("2 * 3 * 4 and `code`, #handbook", "2 * 3 * 4 and `code`, #handbook"),
    ],
)
def test_bold_and_headings_lose_their_marks(text: str, shown: str) -> None:
    assert unmarked(text) == shown


def test_an_emoji_is_not_cut_in_two() -> None:
    assert cut("ab👍🏽cd", 4) == "ab…"
    assert cut("a👩\u200d👧bcd", 4) == "a…"


def test_an_escaped_character_is_not_cut_in_two() -> None:
    assert fitting("x" * 2_997 + "&amp;" * 9) == "x" * 2_997 + "…"
    assert fitting("&amp;") == "&amp;"
