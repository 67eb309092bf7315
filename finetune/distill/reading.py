"""Finds each input's place in the files, and reads it again from there.

A folder: each text file is an input. TXT: each line. JSONL: each row's "text", "prompt", "input",
"question" or "messages". CSV and TSV: the column of that name, or the one asked for.
"""

import csv
import json
import os
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import ValidationError

from finetune.dataset.example import Message
from finetune.errors import InputError
from finetune.files import lines, unreadable

NAMES = ("text", "prompt", "input", "question", "article", "content", "body")
TEXTS = (".txt", ".text", ".md", "")
JSONL = (".jsonl", ".ndjson")
TABLES = {".csv": ",", ".tsv": "\t"}
LONGEST = 10_000_000  # characters of a table's cell; more is no text for a model


class Found(NamedTuple):
    """Where an input is: `length` bytes from `start` of a file, and what to call it."""

    name: str
    path: Path
    start: int
    length: int


def spots(source: Path) -> Iterator[Found]:
    """Every place that holds text. Raises InputError."""
    if source.is_dir():
        yield from _of_folder(source)
    elif source.suffix.lower() in TABLES:
        yield from _of_table(source)
    elif source.suffix.lower() in (*JSONL, *TEXTS):
        yield from _of_lines(source)
    else:
        raise InputError(
            f"cannot take inputs from {source}: give a folder of text files, .txt (a line each), "
            ".jsonl, .csv or .tsv; `finetune prepare` reads other tables"
        )


def parsed(found: Found, column: str | None) -> tuple[Message, ...]:
    """The conversation there, which may end in an empty text. Raises InputError with the place."""
    text = _text(found.path, found.start, found.length, found.name)
    kind = found.path.suffix.lower()
    if kind in JSONL:
        return _of_row(text, column, found.name)
    if kind in TABLES:
        text = _of_cells(text, found.path, column, found.name)
    return _asked(text, found.name)


def _of_folder(folder: Path) -> Iterator[Found]:
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder)
        if any(part.startswith(".") for part in inside.parts) or not path.is_file():
            continue
        if path.suffix.lower() in TEXTS and (size := path.stat().st_size):
            yield Found(os.fsencode(inside).decode(errors="replace"), path, 0, size)


def _of_lines(path: Path) -> Iterator[Found]:
    start = 0
    for number, line in _lines(path):
        if line.strip(b"\xef\xbb\xbf \t\r\n\x0b\x0c"):
            yield Found(f"{path.name}, line {number}", path, start, len(line))
        start += len(line)


def _of_table(path: Path) -> Iterator[Found]:
    """The spot of each row, which may be several lines long."""
    opening = _opening(TABLES[path.suffix.lower()])
    start = row = length = 0
    inside = blank = False
    for _, line in _lines(path):
        blank = not length and not line.strip()
        length += len(line)
        inside = _ends_inside(line, opening, inside=inside)
        if inside and length <= LONGEST:  # the row goes on
            continue
        if inside:
            break
        row += 1
        if row > 1 and not blank:
            yield Found(f"{path.name}, row {row}", path, start, length)
        start, length = start + length, 0
    if inside:
        raise InputError(f"{path.name}, row {row + 1}: a quotation mark is never closed")


@lru_cache(maxsize=2)
def _opening(delimiter: str) -> re.Pattern[bytes]:
    """A quotation mark that opens a cell; one within an unquoted cell is a letter: a 5" disk."""
    return re.compile(rb'(?:^|%b)"' % re.escape(delimiter.encode()))


def _ends_inside(line: bytes, opening: re.Pattern[bytes], *, inside: bool) -> bool:
    """Whether the end of `line` is within a quoted cell, when its begin is `inside` one or not."""
    at = 0
    while True:
        if not inside:
            found = opening.search(line, at)
            if found is None:
                return False
            at = found.end()
        at = line.find(b'"', at)
        if at < 0:
            return True
        inside = line[at + 1 : at + 2] == b'"'  # a mark that was written twice
        at += 2 if inside else 1


def _lines(path: Path) -> Iterator[tuple[int, bytes]]:
    """Lines with their ends, so that places can be counted."""
    if _start(path).startswith((b"\xff\xfe", b"\xfe\xff")):
        raise InputError(f"{path} is UTF-16; save it as UTF-8")
    try:
        with path.open("rb") as file:
            yield from enumerate(file, start=1)
    except OSError as error:
        raise unreadable(path, error) from None


def _start(path: Path) -> bytes:
    return next((line or b"" for _, line in lines(path)), b"")


def _text(path: Path, start: int, length: int, name: str) -> str:
    try:
        with path.open("rb") as file:
            file.seek(start)
            data = file.read(length)
    except OSError as error:
        raise unreadable(path, error) from None
    for encoding in ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8", "cp932"):
        try:
            return data.decode(encoding).removeprefix("\ufeff")
        except UnicodeDecodeError:
            continue
    raise InputError(f"{name} is neither UTF-8 nor Shift_JIS text")


def _of_cells(row: str, path: Path, column: str | None, name: str) -> str:
    cells, header = _cells(row, path), _header(path)
    wanted = [column] if column else NAMES
    place = next((header.index(w.casefold()) for w in wanted if w.casefold() in header), None)
    if place is None and column is None and len(header) == 1:
        place = 0
    if place is None:
        columns = ", ".join(header)
        raise InputError(f"{path.name} has the columns {columns}; name one of them with --column")
    if place >= len(cells):
        raise InputError(f"{name} has {len(cells)} cells; the column is number {place + 1}")
    return cells[place]


@lru_cache(maxsize=8)
def _header(path: Path) -> list[str]:
    first = next(chain(_lines(path), [(0, b"")]))[1]
    text = _text(path, 0, len(first), f"{path.name}, row 1")
    return [cell.strip().casefold() for cell in _cells(text, path)]


def _cells(row: str, path: Path) -> list[str]:
    csv.field_size_limit(LONGEST)
    try:
        return next(csv.reader([row], delimiter=TABLES[path.suffix.lower()]), [])
    except csv.Error as error:
        raise InputError(f"{path.name} cannot be read as a table: {error}") from None


def _of_row(line: str, column: str | None, name: str) -> tuple[Message, ...]:
    try:
        row: Any = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise InputError(f"{name} is not JSON: {error}") from None
    if isinstance(row, str):
        row = {"text": row}
    if not isinstance(row, dict):
        raise InputError(f'{name} needs {{"text": …}} or {{"messages": […]}}')
    if column is None and isinstance(row.get("messages"), list):
        return _of_messages(row["messages"], name)
    text = next((row[key] for key in ([column] if column else NAMES) if key in row), None)
    if not isinstance(text, str):
        wanted = f'"{column}"' if column else '"text", "prompt" or "messages"'
        raise InputError(f"{name} has no text under {wanted}")
    return _asked(text, name)


def _asked(text: str, name: str) -> tuple[Message, ...]:
    return (Message(role="user", content=_encodable(text, name).strip()),)


def _encodable(text: str, name: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise InputError(f"{name} holds half a character (a lone surrogate)") from None
    return text


def _of_messages(found: Sequence[Any], name: str) -> tuple[Message, ...]:
    """The conversation up to the last user message: what was answered once is answered anew."""
    try:
        messages = [Message.model_validate(message) for message in found]
    except ValidationError as error:
        raise InputError(f"{name}: {error.errors()[0]['msg']}") from None
    for message in messages:
        _encodable(message.content, name)
    while messages and messages[-1].role != "user":
        messages.pop()
    if not messages:
        raise InputError(f"{name} has no user message")
    return tuple(messages)
