"""What a person wrote, out of what Slack delivers."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack.text import mentions, plain, readable, references, without

NAMES = {"U0BEN": "Ben", "C0HOURS": "hours", "S0SHOP": "shop-floor"}


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


@pytest.mark.parametrize(
    ("delivered", "read"),
    [
        ("<@U0BEN> and <@U0BEN|old.name>", "@Ben and @Ben"),
        ("<@U0WHO|who> left", "@who left"),
        ("<#C0HOURS> or <#C0HOURS|>", "#hours or #hours"),
        ("<#C0SECRET|>", "#private-channel"),
        ("<#C0SECRET>", "#private-channel"),
        ("<!subteam^S0SHOP> <!subteam^S0X|@night> <!subteam^S0Y>", "@shop-floor @night @S0Y"),
        ("<!here> <!channel> <!everyone>", "@here @channel @everyone"),
        ("<!date^1392734382^{date} at {time}^https://x.example|18 Feb 2014>", "18 Feb 2014"),
        ("call <tel:+81312345678|03-1234-5678> or <tel:+811>", "call 03-1234-5678 or +811"),
        ("<mailto:a@x.example>", "a@x.example"),
        ("if x &lt; 3 &amp;&amp; y &gt; 4: List&lt;int&gt;", "if x < 3 && y > 4: List<int>"),
        ("#include &lt;stdio.h&gt; :tada:", "#include <stdio.h> :tada:"),
        ("&lt;@U0BEN&gt; &lt;!channel&gt;", "@U0BEN @channel"),
        ("<a|b> <c>", "<a|b> <c>"),
        ("日本語の<@U0BEN>さん", "日本語の@Benさん"),
    ],
)
def test_ids_become_names_and_nobody_is_called(delivered: str, read: str) -> None:
    assert readable(delivered, NAMES) == read


MARKUP = st.sampled_from(
    [*"<>@#!|^& \n", "<@", "<#", "<!", "U0BEN", "C0X", "S1", "&lt;", "&gt;", "&amp;", "here", "|a>"]
)
TEXTS = st.text(max_size=40) | st.lists(MARKUP, max_size=30).map("".join)


@given(text=TEXTS, name=TEXTS)
def test_whatever_is_delivered_no_id_comes_out_in_a_form_that_calls(text: str, name: str) -> None:
    read = readable(text, {"U0BEN": name})
    assert not re.search(r"<[@#](U0BEN|C0X|S1)(\|[^<>]*)?>|<!here>", read)
    assert all(len(found) == 2 for found in references(text))


def test_a_mention_is_found_by_the_whole_id() -> None:
    assert mentions("hey <@U1>", "U1")
    assert not mentions("hey U1", "U1")


def test_only_the_mentions_of_the_bot_are_taken_out() -> None:
    assert without("<@U1> ask <@U2|ben> &amp; <@U1|bot>", "U1") == "ask <@U2|ben> &amp;"
