"""The quick reading of a table gives what `csv` gives, or gives up before it gives anything else."""

import csv
import io

from hypothesis import given, settings
from hypothesis import strategies as st

from finetune.prepare import plain_table
from finetune.prepare.plain_table import PlainTable

CELLS = st.text(st.sampled_from('ab,;"\n é会😀\t'), max_size=8)
TABLES = st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=12)


def read(text: str, block: int) -> tuple[list[list[str]], list[int], str]:
    source = io.StringIO(text, newline="")
    table = PlainTable(lambda _: source.read(block), ",", 1)
    cells: list[list[str]] = []
    lines: list[int] = []
    for rows in table.rows():
        cells += rows.cells
        lines += rows.lines
    return cells, lines, table.rest + source.read()


@given(TABLES, st.sampled_from(["\n", "\r\n"]), st.booleans(), st.integers(1, 40))
@settings(max_examples=300, deadline=None)
def test_a_table_that_csv_wrote_is_read_to_its_end(
    table: list[list[str]], end: str, every: bool, block: int
) -> None:
    file = io.StringIO(newline="")
    quoting = csv.QUOTE_ALL if every else csv.QUOTE_MINIMAL
    csv.writer(file, lineterminator=end, quoting=quoting).writerows(table)
    cells, lines, rest = read(file.getvalue(), block)
    assert (cells, rest) == (table, "")
    breaks = [sum(cell.count("\n") for cell in row) for row in table]
    assert lines == [1 + number + sum(breaks[:number]) for number in range(len(table))]


@given(st.text(st.sampled_from('ab,"\n\r'), max_size=30), st.integers(1, 40))
@settings(max_examples=600, deadline=None)
def test_of_any_text_what_is_given_is_what_csv_gives(text: str, block: int) -> None:
    cells, _, rest = read(text, block)
    given_text = text[: len(text) - len(rest)]
    wanted = [row or [""] for row in csv.reader(io.StringIO(given_text, newline=""), strict=True)]
    assert cells == wanted


def test_a_quote_that_is_never_closed_is_left_to_csv_before_it_fills_the_memory() -> None:
    cells, _, rest = read('a,b\n"' + "c" * (plain_table.LONGEST + 10), plain_table.BLOCK)
    assert cells == [["a", "b"]]
    assert len(rest) == plain_table.LONGEST + 11


def test_a_quote_where_none_may_stand_is_left_to_csv() -> None:
    for odd in ('"a"b,"c"\n', 'a,"b"c,"d"\n', '"a",b"c"\n', 'a, "b"\n'):
        assert read(odd, 100) == ([], [], odd)
