"""JSON and JSON Lines → values with the line on which each begins, in bounded memory.

JSON Lines are read line by line. A JSON document is read value by value, out of an array or one after
the other, so that memory holds one value and not the file; an object that wraps one list is the list.
"""

import json
from collections.abc import Iterator
from io import TextIOWrapper
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json

from finetune.errors import InputError
from finetune.files import LONGEST_LINE, lines
from finetune.prepare.encodings import DAMAGE, Encoding, opened, text_lines
from finetune.prepare.record import Pass

CHUNK = 1 << 20
LARGEST_VALUE = 256_000_000  # letters of one value of a JSON document
_SPACE = " \t\r\n"


class Value(NamedTuple):
    """A row of JSON, or why there is none."""

    row: int
    value: Any
    code: str = ""
    message: str = ""


def line_values(path: Path, encoding: Encoding, walk: Pass) -> Iterator[Value]:
    """One value per line that is not blank. Raises InputError when the file cannot be read."""
    return _byte_lines(path, walk) if encoding.name == "utf-8" else _lines(path, encoding, walk)


def _byte_lines(path: Path, walk: Pass) -> Iterator[Value]:
    done, size = 0, path.stat().st_size
    walk.follow(lambda: min(done, size))
    for row, line in lines(path):
        if line is None:
            yield _too_long(row)
            continue
        done += len(line) + 1
        text = line.removeprefix(b"\xef\xbb\xbf") if row == 1 else line
        try:
            value = from_json(text)
        except ValueError as error:
            if text.strip():
                yield _bad_line(row, text, error)
            continue
        yield Value(row, value)


def _lines(path: Path, encoding: Encoding, walk: Pass) -> Iterator[Value]:
    with opened(path, encoding) as (text, position):
        walk.follow(position)
        for row, line in enumerate(text_lines(text), 1):
            if len(line) >= LONGEST_LINE:
                yield _too_long(row)
            elif DAMAGE in line:
                yield Value(row, None, "bad_encoding", f"bytes that are not {encoding.name}")
            elif line.strip():
                try:
                    yield Value(row, from_json(line))
                except ValueError as error:
                    yield Value(row, None, "bad_json", _why(error))


def _too_long(row: int) -> Value:
    return Value(row, None, "too_long", "a line of more than 50 MB")


def _bad_line(row: int, line: bytes, error: ValueError) -> Value:
    if b"\0" in line:
        return Value(row, None, "nul", "NUL bytes")
    try:
        line.decode()
    except UnicodeDecodeError as bad:
        return Value(
            row, None, "bad_encoding", f"bytes that are not UTF-8, from byte {bad.start + 1}"
        )
    return Value(row, None, "bad_json", _why(error))


def _why(error: ValueError) -> str:
    said = str(error).replace(" at line 1 column", ", at character")
    return f"not JSON: {said}"


def document_values(path: Path, encoding: Encoding, walk: Pass) -> Iterator[Value]:
    """The rows of a JSON document. Raises InputError where it is damaged: nothing after that holds."""
    with opened(path, encoding) as (text, position):
        walk.follow(position)
        scanner = _Scanner(path, text)
        if scanner.skip(_SPACE) == "[":
            scanner.drop(1)
            yield from _array(scanner)
            return
        first = next(scanner.values(), None)
        if first is None:
            raise InputError(f"{path} is empty")
        rest = next(scanner.values(), None)
        if rest is None and (wrapped := wrapped_list(first.value)) is not None:
            yield from (Value(first.row, row) for row in wrapped)
            return
        yield first
        if rest is not None:
            yield rest
            yield from scanner.values()


def wrapped_list(value: Any) -> list[Any] | None:
    """The one list of objects in an object that is no row itself, such as {"data": [{…}, …]}."""
    if not isinstance(value, dict) or "messages" in value or "preferred_output" in value:
        return None
    export = "conversations" in value or "choices" in value or "mapping" in value
    if export and not _wraps_exports(value.get("conversations")):
        return None
    rows = [item for item in value.values() if isinstance(item, list)]
    rows = [item for item in rows if item and all(isinstance(row, dict) for row in item)]
    return rows[0] if len(rows) == 1 else None


def _wraps_exports(found: Any) -> bool:
    """{"conversations": […]} is either a row of turns or a list of whole conversations."""
    first = found[0] if isinstance(found, list) and found else None
    return isinstance(first, dict) and "from" not in first and "role" not in first


def _array(scanner: "_Scanner") -> Iterator[Value]:
    while (sign := scanner.skip(_SPACE)) != "]":
        if not sign:
            raise scanner.damaged("it ends inside the array")
        yield scanner.value()
        sign = scanner.skip(_SPACE)
        if sign == ",":
            scanner.drop(1)
        elif sign != "]":
            raise scanner.damaged("a comma is missing" if sign else "it ends inside the array")
    scanner.drop(1)
    if scanner.skip(_SPACE):
        raise scanner.damaged("there is more after the end of the array")


class _Scanner:
    """A growing window over a JSON text; knows the line at which it stands."""

    def __init__(self, path: Path, text: TextIOWrapper) -> None:
        self._path = path
        self._text = text
        self._decoder = json.JSONDecoder()
        self._window = ""
        self._at = 0
        self._line = 1
        self._counted = 0
        self._ended = False

    def values(self) -> Iterator[Value]:
        """Values one after the other, with white space or commas between."""
        while self.skip(_SPACE + "\ufeff"):
            yield self.value()

    def skip(self, signs: str) -> str:
        """Go over white space; the next letter, "" at the end."""
        while True:
            while self._at < len(self._window):
                letter = self._window[self._at]
                if letter not in signs:
                    return letter
                self._at += 1
            if not self._more(CHUNK):
                return ""

    def drop(self, letters: int) -> None:
        """Go over letters that were seen."""
        self._at += letters

    def value(self) -> Value:
        """The value that begins here."""
        need = CHUNK
        while True:
            try:
                value, end = self._decoder.raw_decode(self._window, self._at)
            except RecursionError:
                raise self.damaged("it is nested too deeply") from None
            except json.JSONDecodeError as error:
                if not self._may_go_on(error) or not self._more(need):
                    raise self.damaged(error.msg, error.pos) from None
                need *= 2  # a long value is tried at doubling lengths, so the work stays linear
            except ValueError as error:
                raise self.damaged(str(error).split(";")[0]) from None
            else:
                row = self._line_at(self._at)
                damaged = DAMAGE in self._window[self._at : end]
                self._at = end
                return (
                    Value(row, None, "bad_encoding", "damaged bytes")
                    if damaged
                    else Value(row, value)
                )

    def damaged(self, why: str, at: int | None = None) -> InputError:
        """What is wrong with the document, and where."""
        line = self._line_at(self._at if at is None else min(at, len(self._window)))
        return InputError(f"{self._path} is not JSON from line {line} on: {why}; mend it first")

    def _may_go_on(self, error: json.JSONDecodeError) -> bool:
        """Whether the value is only cut off at the end of the window."""
        if self._ended or len(self._window) - self._at > LARGEST_VALUE:
            return False
        return error.msg.startswith("Unterminated") or error.pos >= len(self._window) - 16

    def _more(self, letters: int) -> bool:
        read = self._text.read(letters)
        self._ended = not read
        self._line_at(self._at)
        self._window = self._window[self._at :] + read
        self._at = self._counted = 0
        return bool(read)

    def _line_at(self, at: int) -> int:
        self._line += self._window.count("\n", self._counted, at)
        self._counted = at
        return self._line
