"""How much of a file has room, and what is said of the rest."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.documents import Document, allot, cut
from finetune import count_text


def test_what_has_room_is_given_whole_and_without_a_remark() -> None:
    found = cut(Document(text="open\nclosed\n"), 100)
    assert (found.text, found.remark) == ("open\nclosed", "")


def test_a_table_is_cut_between_rows_and_says_how_many_there_are() -> None:
    rows = "".join(f"{number},bread\n" for number in range(1000))
    found = cut(Document(text=rows, table=True), 50)
    last = found.text.splitlines()[-1]
    kept = len(found.text.splitlines())
    assert last == f"{kept - 1},bread"
    assert found.remark == f"rows 1 to {kept} of 1000"


def test_a_row_with_a_line_break_in_a_cell_is_one_row() -> None:
    rows = "name;note\n" + 'Ben;"first\nsecond"\n' * 3
    room = count_text("name;note\n", "") + count_text('Ben;"first\nsecond"\n', "")
    found = cut(Document(text=rows, table=True), room)
    assert found.text == 'name;note\nBen;"first\nsecond"'
    assert found.remark == "rows 1 to 2 of 4"


def test_a_row_of_millions_of_letters_is_cut_at_once() -> None:
    found = cut(Document(text='"' * 5_000_000, table=True), 60)
    assert 0 < len(found.text) < 1000


@pytest.mark.parametrize("table", [True, False])
def test_one_endless_line_is_cut_too(table: bool) -> None:
    found = cut(Document(text="word " * 10_000, table=table), 60)
    assert 0 < count_text(found.text, "") <= 60
    assert found.remark.startswith("only the beginning")


def test_of_what_was_not_read_to_its_end_the_whole_is_named() -> None:
    found = cut(Document(text="[page 1]\nhello", parts="40 pages", whole=False), 100)
    assert found.remark == "only the beginning of 40 pages"


def test_small_files_are_given_whole_and_large_ones_share_the_rest() -> None:
    assert allot([10, 500, 30], 200) == [10, 160, 30]
    assert allot([500, 500], 200) == [100, 100]
    assert allot([], 200) == []


@given(st.lists(st.integers(0, 1000), max_size=10), st.integers(0, 2000))
def test_no_more_is_shared_than_there_is(wanted: list[int], room: int) -> None:
    given = allot(wanted, room)
    assert sum(given) <= room
    assert all(0 <= got <= want for got, want in zip(given, wanted, strict=True))


@given(st.text(max_size=300), st.integers(0, 40), st.booleans())
def test_no_text_takes_more_than_its_room(text: str, room: int, table: bool) -> None:
    found = cut(Document(text=text, table=table), room)
    assert found.tokens <= room
