"""Answers do not name what their prompts do not."""

import pytest

from finetune.check.identifiers import invented
from finetune.sources.gitlab.identifiers import code, prose


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Closes #12", ""),
        ("Fixes group/shop#12 and #13.\nThe cart is guarded.", "The cart is guarded."),
        ("- Resolves: https://gitlab.example.com/g/p/-/issues/3\n\nDone.", "Done."),
        ("Guard (#12) the cart", "Guard the cart"),
        ("As in [the wiki](https://wiki.example.com/a1), guard.", "As in the wiki, guard."),
        ("<!-- template -->\nText\n/assign @ben\n", "Text"),
        ("Since 3f9a2c41 it fails", "Since it fails"),
        ("Fix the path of /usr/bin", "Fix the path of /usr/bin"),
        ("Fixes the crash of carts", "Fixes the crash of carts"),
        ("Use UTF-8", "Use UTF-8"),
    ],
)
def test_prose_goes_on_without_them(text: str, left: str) -> None:
    assert prose(text, "A ticket.") == left


def test_what_the_prompt_holds_stays() -> None:
    prompt = "See #12 and https://wiki.example.com/a1"
    text = "As #12 says in [the wiki](https://wiki.example.com/a1)."
    assert prose(text, prompt) == text


def test_in_code_a_placeholder_stands_in() -> None:
    text = "get('https://api.example.com/v1')  # see #7, ABC-12\npin = '3f9a2c41'\n    deep"
    made = code(text, "A ticket.")
    assert made == "get('[address]')  # see [ticket], [ticket]\npin = '[hash]'\n    deep"
    assert invented(made, ["A ticket."]) is None


def test_one_that_is_part_of_another_ends() -> None:
    text = "// https://a.example/#1 #1 https://a.example/#12 #12"
    assert invented(prose(text, ""), [""]) is None
    assert invented(code(text, ""), [""]) is None


def test_a_long_line_of_closed_tickets_is_read_in_time() -> None:
    many = "Closes " + ",".join(f"#{number}" for number in range(1, 41)) + " as reported"
    assert prose(many, "A ticket.") == "Closes as reported"


def test_only_whole_identifiers_are_taken_out() -> None:
    assert prose("Guard #12 and keep #123 as told; call pay().", "see #123") == (
        "Guard and keep #123 as told; call pay()."
    )
    assert prose("see #1 and #12, as in #123.", "") == "see, as in."


def test_code_that_looks_like_a_ticket_stays_as_it_is() -> None:
    text = "a { color:#000000; }\nif(!0){}\ny = MAX-1\nb = '#1a2b3c4d'"
    assert code(text, "A ticket.") == text
    assert code("id='550e8400-e29b-41d4'", "A ticket.") == "id='[hash]'"
