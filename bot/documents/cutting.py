"""As much of a text as has room, in tokens, cut between rows or lines; and who gets how much room."""

import csv
import io
from collections.abc import Iterator, Sequence

from bot.documents.document import Document, Excerpt
from finetune import count_text

PIECE = 200  # letters; a longer line is cut within


def allot(wanted: Sequence[int], room: int) -> list[int]:
    """Share `room` among files that want so many tokens each: small ones whole, large ones alike."""
    given = [0] * len(wanted)
    order = sorted(range(len(wanted)), key=lambda number: wanted[number])
    for left, number in zip(range(len(order), 0, -1), order, strict=True):
        given[number] = min(wanted[number], room // left)
        room -= given[number]
    return given


def cut(document: Document, room: int) -> Excerpt:
    """The beginning of a document in at most `room` tokens."""
    rows = _rows(document.text) if document.table else _pieces(document.text)
    kept, used, complete = _fill(rows, room)
    if complete and document.whole:
        return Excerpt(text="".join(kept).rstrip("\n"), tokens=used)
    if document.table and kept:
        total = document.parts or str(len(kept) + (not complete) + sum(1 for _ in rows))
        remark = f"rows 1 to {len(kept)} of {total}"
    else:
        if not kept:  # not even one row
            kept, used, _ = _fill(_pieces(document.text), room)
        remark = "only the beginning" + (f" of {document.parts}" if document.parts else "")
    return Excerpt(text="".join(kept).rstrip("\n"), tokens=used, remark=remark)


def _fill(rows: Iterator[str], room: int) -> tuple[list[str], int, bool]:
    """(rows that have room, their tokens, whether these are all)."""
    kept: list[str] = []
    used = 0
    for row in rows:
        # A row far beyond the room is not worth the seconds that counting it takes.
        cost = count_text(row, "") if len(row) < PIECE * (room + 1) else room + 1
        if used + cost > room:
            return kept, used, False
        kept.append(row)
        used += cost
    return kept, used, True


def _pieces(text: str) -> Iterator[str]:
    for line in io.StringIO(text):
        for start in range(0, len(line), PIECE):
            yield line[start : start + PIECE]


def _rows(text: str) -> Iterator[str]:
    """Rows as they are written; one may be several lines where a cell is."""
    lines = list(io.StringIO(text))
    delimiter = max(",;\t|", key=(lines[0] if lines else "").count)
    reader = csv.reader(lines, delimiter=delimiter)
    done = 0
    try:
        for _ in reader:
            yield "".join(lines[done : reader.line_num])
            done = reader.line_num
    except csv.Error:  # a cell beyond the module's limit: no table that anybody reads
        yield from lines[done:]
