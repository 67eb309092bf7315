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
    kept: list[str] = []
    used, count, complete = 0, 0, True
    rows = _rows(document.text) if document.table else _pieces(document.text)
    for row in rows:
        cost = count_text(row, "")
        if used + cost > room:
            complete = False
            break
        kept.append(row)
        used += cost
        count += 1
    text = "".join(kept).rstrip("\n")
    if complete and document.whole:
        return Excerpt(text=text, tokens=used)
    if document.table:
        total = count + (0 if complete else 1) + sum(1 for _ in rows)
        return Excerpt(
            text=text, tokens=used, remark=f"rows 1 to {count} of {_many(document, total)}"
        )
    parts = f" of {document.parts}" if document.parts else ""
    return Excerpt(text=text, tokens=used, remark=f"only the beginning{parts}")


def _many(document: Document, total: int) -> str:
    return document.parts or str(total)


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
