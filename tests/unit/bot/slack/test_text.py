"""What a person wrote, out of what Slack delivers."""

import pytest

from bot.slack.text import mentions, plain


@pytest.mark.parametrize(
    ("delivered", "written"),
    [
        ("<@U0APPRENTI> hello", "hello"),
        ("hi <@U0APPRENTI|apprentice>, leave?", "hi , leave?"),
        ("<@U0OTHER> said so", "@U0OTHER said so"),
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("see <https://x.example/a|the page>", "see the page"),
        ("see <https://x.example/a>", "see https://x.example/a"),
        ("write to <mailto:a@x.example|a@x.example>", "write to a@x.example"),
        ("in <#C1|general>", "in #general"),
    ],
)
def test_escapes_links_and_the_bots_own_mention_are_undone(delivered: str, written: str) -> None:
    assert plain(delivered, "U0APPRENTI") == written


def test_a_mention_is_found_by_the_whole_id() -> None:
    assert mentions("hey <@U1>", "U1")
    assert not mentions("hey U1", "U1")
