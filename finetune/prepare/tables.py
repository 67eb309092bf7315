"""CSV and TSV → rows, in constant memory.

The number of a row is the line on which it begins, as an editor shows it. A row with too few or too
many cells, with damaged quotes, with bytes outside the encoding or with NUL bytes is reported, never
shifted or mended in silence. Blank lines are no rows.
"""

import csv
import io
import re
from collections.abc import Iterator
from itertools import chain, compress, islice
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from finetune.errors import InputError
from finetune.files import LONGEST_LINE
from finetune.prepare.columns import Columns, chosen_columns, find_columns, known_columns
from finetune.prepare.encodings import DAMAGE, Encoding, opened, text_lines
from finetune.prepare.plain_table import PlainTable
from finetune.prepare.record import ROWS, SOURCE, Pass, Rows

if TYPE_CHECKING:
    from _csv import Reader

DELIMITERS = ",;\t|"
_SEPARATOR_LINE = re.compile(r"(?i)sep=(.)\r?\n?")  # spreadsheets write and read it


class Table(NamedTuple):
    """How one delimited file is read."""

    path: Path
    encoding: Encoding
    delimiter: str
    quoting: int
    skipped: int
    """Lines before the row of names that are none: `sep=;`."""
    columns: Columns


def open_table(
    path: Path, encoding: Encoding, wanted: tuple[str, str] | None, delimiter: str | None
) -> Table:
    """Find the delimiter (unless given) and the columns. Raises InputError."""
    with opened(path, encoding) as (text, _):
        sample = text.read(1 << 16)
        if not sample.endswith("\n"):
            sample += text.readline(LONGEST_LINE)
    skipped = 0
    if found := _SEPARATOR_LINE.match(sample):
        delimiter, skipped, sample = found[1], 1, sample[found.end() :]
    delimiter = delimiter or _sniffed(sample, wanted)
    quoting = _quoting(sample, delimiter)
    names = _first(sample, delimiter, quoting)
    if not names:
        raise InputError(f"{path} is empty")
    columns = find_columns(names, wanted, path)
    return Table(path, encoding, delimiter, quoting, skipped, columns)


def table_rows(table: Table, source: int, walk: Pass) -> Iterator[Rows]:
    """All rows of the table that are pairs; the others are reported to `walk`."""
    with opened(table.path, table.encoding) as (text, position):
        walk.follow(position)
        ahead = table.columns.header
        for lines, cells in _parsed(table, text, source, walk):
            while ahead and cells:
                ahead = cells[0] in ([], [""])  # blank lines before the names
                del lines[0], cells[0]
            for at in range(0, len(cells), ROWS):
                part = cells[at : at + ROWS]
                if len(rows := _pairs(table, source, lines[at : at + ROWS], part, walk)):
                    yield rows


def _pairs(table: Table, source: int, lines: list[int], cells: list[list[str]], walk: Pass) -> Rows:
    width, context = len(table.columns.names), table.columns.context
    prompt, completion = table.columns.prompt, table.columns.completion
    usual = set(map(len, cells)) == {width}
    if usual:
        every = "".join([row[prompt] + row[completion] for row in cells])
        usual = DAMAGE not in every and "\0" not in every
    if not usual:
        good = [_readable(table, source, *row, walk) for row in zip(lines, cells, strict=True)]
        lines, cells = list(compress(lines, good)), list(compress(cells, good))
    prompts = [row[prompt] for row in cells]
    if context is not None:
        prompts = [joined(row[prompt], row[context]) for row in cells]
    places = np.array(lines, np.int64) + source * SOURCE
    return Rows(places, prompts, [row[completion] for row in cells], {})


def _readable(table: Table, source: int, line: int, cells: list[str], walk: Pass) -> bool:
    width = len(table.columns.names)
    if len(cells) != width and not _fits(cells, width):
        if len(cells) > 1 or "".join(cells).strip():
            walk.refuse(source, line, "cells", f"{len(cells)} cells where {width} are expected")
        return False
    said = cells[table.columns.prompt] + cells[table.columns.completion]
    if DAMAGE in said or "\0" in said:
        walk.refuse(source, line, *_damage(said, table.encoding.name))
        return False
    return True


def joined(instruction: str, context: str) -> str:
    """An instruction with its input, as one prompt."""
    return f"{instruction}\n\n{context}" if context.strip() else instruction


def _parsed(
    table: Table, text: io.TextIOWrapper, source: int, walk: Pass
) -> Iterator[tuple[list[int], list[list[str]]]]:
    """(lines, cells) of some rows at a time, the names among them; what `csv` refuses is reported."""
    for _ in range(table.skipped):
        text.readline(LONGEST_LINE)
    plain = PlainTable(text.read, table.delimiter, table.skipped + 1)
    if table.quoting == csv.QUOTE_MINIMAL:
        yield from plain.rows()
    begun = io.StringIO(plain.rest + text.readline(LONGEST_LINE), newline="")
    reader = _reader(chain(begun, text_lines(text)), table.delimiter, table.quoting)
    begin = plain.line
    while True:
        lines: list[int] = []
        cells: list[list[str]] = []
        try:
            for row in islice(reader, ROWS):
                lines.append(begin)
                cells.append(row)
                begin = plain.line + reader.line_num
        except csv.Error as error:
            walk.refuse(source, begin, *_refusal(error))
            begin = plain.line + reader.line_num
        else:
            if not cells:
                return
        yield lines, cells


def _refusal(error: csv.Error) -> tuple[str, str]:
    said = str(error)
    if "field larger" in said:
        return "too_long", "a cell of more than 50 million letters"
    if "end of data" in said:
        return "bad_quotes", "a quote opened here is never closed; nothing after it could be read"
    return "bad_quotes", 'text after a closing quote; write a quote inside a cell as ""'


def _damage(cells: str, encoding: str) -> tuple[str, str]:
    if DAMAGE in cells:
        return "bad_encoding", f"bytes that are not {encoding}"
    return "nul", "NUL bytes"


def _fits(cells: list[str], width: int) -> bool:
    """Spreadsheets pad rows with empty cells."""
    return len(cells) > width and not any(cells[width:])


def _reader(lines: Iterator[str] | io.StringIO, delimiter: str, quoting: int) -> "Reader":
    csv.field_size_limit(LONGEST_LINE)  # the default of 128 KiB is less than a long answer
    return csv.reader(lines, delimiter=delimiter, quoting=quoting, strict=True)  # type: ignore[arg-type]


def _first(sample: str, delimiter: str, quoting: int) -> list[str]:
    try:
        rows = _reader(io.StringIO(sample, newline=""), delimiter, quoting)
        return next((cells for cells in rows if any(cell.strip() for cell in cells)), [])
    except csv.Error:
        return []


def _sniffed(sample: str, wanted: tuple[str, str] | None) -> str:
    """The delimiter with which the first row names known columns; else the one that makes most."""
    firsts = {sign: _first(sample, sign, csv.QUOTE_MINIMAL) for sign in DELIMITERS}
    for sign, names in firsts.items():
        if wanted is None and known_columns(names):
            return sign
        if wanted is not None and (found := chosen_columns(names, wanted)) and found.header:
            return sign
    return max(DELIMITERS, key=lambda sign: len(firsts[sign]))


def _quoting(sample: str, delimiter: str) -> int:
    """Tab-separated text is often written without any quoting; then a quote is a plain letter."""
    if delimiter != "\t" or '"' not in sample:
        return csv.QUOTE_MINIMAL
    widths = {line.count("\t") for line in sample.splitlines() if line.strip()}
    try:
        for _ in _reader(io.StringIO(sample, newline=""), delimiter, csv.QUOTE_MINIMAL):
            pass
    except csv.Error:
        return csv.QUOTE_NONE if len(widths) == 1 else csv.QUOTE_MINIMAL
    return csv.QUOTE_MINIMAL
