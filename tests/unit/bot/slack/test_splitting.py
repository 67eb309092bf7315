"""A long reply is cut where it reads well, and nothing of it is lost."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.slack.splitting import ending, last_part, split, take, take_all

LIMIT = 160
WORD = st.text("abc déf日本語`*_|-", min_size=1, max_size=30).filter(
    lambda word: "```" not in word and word.strip()
)
PARAGRAPH = st.lists(WORD, min_size=1, max_size=12).map(" ".join)
ITEMS = st.lists(PARAGRAPH, min_size=1, max_size=6).map(
    lambda rows: "\n".join(f"- {r}" for r in rows)
)
TABLE = st.lists(st.tuples(WORD, WORD), min_size=1, max_size=9).map(
    lambda rows: "| a | b |\n|---|---|\n" + "\n".join(f"| {a} | {b} |" for a, b in rows)
)


@st.composite
def code(draw: st.DrawFn) -> str:
    fence = draw(st.sampled_from(["```", "~~~", "````", "  ```"]))
    info = draw(st.sampled_from(["", "python", "sql title=x"]))
    body = draw(st.lists(st.text("ab =():\t", max_size=40), max_size=14))
    return "\n".join([fence + info, *body, fence])


DOCUMENT = st.lists(st.one_of(PARAGRAPH, ITEMS, TABLE, code()), min_size=1, max_size=8).map(
    "\n\n".join
)


def fences_open(part: str) -> str | None:
    """The fence that is still open at the end of a part."""
    opened: str | None = None
    for line in part.split("\n"):
        found = re.match(r"\s*(`{3,}|~{3,})(.*)$", line)
        if found is None:
            continue
        if opened is None:
            opened = found[1]
        elif found[1].startswith(opened) and not found[2].strip():
            opened = None
    return opened


def bare(text: str) -> str:
    """Without white space and lines that open or close a fence."""
    lines = (line for line in text.split("\n") if not re.match(r"\s*(```|~~~)", line))
    return re.sub(r"\s", "", "".join(lines))


@given(DOCUMENT)
@settings(max_examples=150, deadline=None)
def test_no_part_is_too_long_and_nothing_is_lost(text: str) -> None:
    parts = split(text, LIMIT)
    assert all(len(part) <= LIMIT for part in parts)
    assert bare("\n".join(parts)) == bare(text)


@given(DOCUMENT)
@settings(max_examples=150, deadline=None)
def test_every_part_closes_the_fences_it_opens(text: str) -> None:
    assert [fences_open(part) for part in split(text, LIMIT)] == [None] * len(split(text, LIMIT))


@given(st.text(max_size=600), st.integers(min_value=20, max_value=120))
@settings(max_examples=200, deadline=None)
def test_whatever_the_text_parts_fit_and_only_white_space_goes(text: str, limit: int) -> None:
    parts = split(text, limit)
    assert parts
    assert all(len(part) <= limit for part in parts)
    assert bare("\n".join(parts)) == bare(text) or "```" in text or "~~~" in text


@given(DOCUMENT, st.integers(min_value=1, max_value=400))
@settings(max_examples=150, deadline=None)
def test_a_cut_does_not_depend_on_what_comes_behind_it(text: str, more: int) -> None:
    if len(text) <= LIMIT + 1:
        return
    short = text[: LIMIT + 1]
    longer = text[: LIMIT + more]
    assert take(short, LIMIT)[0] == take(longer, LIMIT)[0]


@given(DOCUMENT)
@settings(max_examples=100, deadline=None)
def test_a_part_that_must_end_now_ends_well_and_loses_nothing(text: str) -> None:
    part, rest = take_all(text)
    assert bare(f"{part}\n{rest}") == bare(text)
    assert fences_open(part) is None


def test_it_is_cut_at_a_paragraph() -> None:
    assert split("one two\nthree\n\nfour five six", 20) == ["one two\nthree", "four five six"]


def test_a_fence_is_closed_and_opened_again_with_its_language() -> None:
    text = "```python\na = 1\nb = 2\nc = 3\nd = 4\n```"
    assert split(text, 30) == ["```python\na = 1\nb = 2\n```", "```python\nc = 3\nd = 4\n```"]


def test_code_keeps_its_indentation_across_a_cut() -> None:
    text = "```\nif a:\n    one\n    two\n    three\n```"
    assert "```\n    " in split(text, 26)[1]


def test_a_table_is_cut_between_its_rows() -> None:
    rows = "\n".join(f"| row {n} | value {n} |" for n in range(9))
    for part in split(rows, 60):
        assert all(re.fullmatch(r"\| row \d \| value \d \|", line) for line in part.splitlines())


def test_a_table_that_fits_into_the_next_part_stays_whole() -> None:
    table = "| a | b |\n|---|---|\n| 1 | 2 |"
    assert split(f"{'word ' * 12}\n\n{table}", 80)[1] == table


def test_a_line_longer_than_a_part_is_cut_after_a_space() -> None:
    assert split("word " * 9, 20) == ["word word word word ", "word word word word ", "word "]


def test_white_space_alone_makes_no_message() -> None:
    assert split("a" + "\n" * 300, 100) == ["a"]


def test_a_part_that_must_end_in_a_paragraph_ends_with_a_sentence() -> None:
    assert take_all("First words. Second words. Thi") == ("First words. Second words. ", "Thi")
    assert take_all("一つ目の文。二つ目の文。三") == ("一つ目の文。二つ目の文。", "三")
    assert take_all("no sentence ends he") == ("no sentence ends ", "he")


@given(DOCUMENT, st.integers(LIMIT, 4 * LIMIT))
def test_the_last_part_is_told_by_its_length(text: str, old: int) -> None:
    rest = take_all(text[:old])[1]
    last = split(rest + text[old:])[-1]
    shows = ending(text, last)
    assert shows is None or last_part(text, shows) == last
    assert shows is not None or "```" in text or "~~~" in text


def test_a_part_that_must_end_in_code_closes_its_fence() -> None:
    assert take_all("  ```\n  ```") == ("  ```\n  ```", "")
    assert take_all("```\na = 1") == ("```\na = 1\n```", "```\n")


def test_the_last_part_opens_its_fence_again() -> None:
    text = "```python\n" + "a = 1\n" * 50 + "```"
    part = take(text, LIMIT)[1]
    shows = ending(text, part)
    assert shows is not None
    assert last_part(text, shows) == part
