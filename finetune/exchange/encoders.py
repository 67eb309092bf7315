"""Examples → bytes of one file, batch by batch: nothing here keeps rows."""

import csv
import io
import json
from collections.abc import Callable, Sequence
from typing import Protocol

from finetune.dataset.example import Example
from finetune.dataset.format import is_pair, preference, row
from finetune.exchange.fields import COLUMNS, fields
from finetune.exchange.formats import Format

BOM = "\ufeff"  # by which Excel knows UTF-8
# What a spreadsheet may take for the beginning of a formula (OWASP, CSV Injection), in full width too.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class Encoder(Protocol):
    """Writes one file; `rows` as often as there are batches, then `end`."""

    def rows(self, examples: Sequence[Example]) -> bytes:
        """What these add to the file."""

    def end(self) -> bytes:
        """What ends it."""


class Lines:
    """JSON Lines; a row that has no line in this format is left out."""

    def __init__(self, line: Callable[[Example], str | None]) -> None:
        self._line = line

    def rows(self, examples: Sequence[Example]) -> bytes:
        """A line each."""
        lines = (self._line(example) for example in examples)
        return b"".join(_encoded(line) for line in lines if line is not None)

    def end(self) -> bytes:
        """Nothing."""
        return b""


class Table:
    """CSV for spreadsheets: UTF-8 with its mark, every cell in quotes, no cell a formula."""

    def __init__(self) -> None:
        self._begun = False

    def rows(self, examples: Sequence[Example]) -> bytes:
        """The names of the columns stand before the first rows."""
        out = io.StringIO(newline="")
        writer = csv.writer(out, quoting=csv.QUOTE_ALL)
        if not self._begun:
            self._begun = True
            out.write(BOM)
            writer.writerow(COLUMNS)
        writer.writerows([harmless(cell) for cell in fields(example)] for example in examples)
        return out.getvalue().encode("utf-8", "replace")

    def end(self) -> bytes:
        """The names alone where there was no row."""
        return b"" if self._begun else self.rows(())


def encoder_of(kind: Format) -> Encoder:
    """For every format but the layout of Hugging Face, which is several files."""
    if kind is Format.PARQUET:
        from finetune.exchange.parquet import ParquetTable

        return ParquetTable()
    return {Format.CHAT: lambda: Lines(row), Format.DPO: lambda: Lines(pair)}.get(kind, Table)()


def pair(example: Example) -> str | None:
    """A preference row; None where nothing was said that this is better than."""
    if not is_pair(example.messages, example.rejected):
        return None
    return preference(example.messages, example.rejected or "")


def labelled(columns: Sequence[str]) -> Callable[[Example], str]:
    """Rows with the messages and these columns, as Parquet has them."""

    def line(example: Example) -> str:
        told = dict(zip(COLUMNS, fields(example), strict=True))
        messages = [{"role": m.role, "content": m.content} for m in example.messages]
        held: dict[str, object] = {name: told[name] or None for name in columns}
        return json.dumps({"messages": messages} | held, ensure_ascii=False)

    return line


def harmless(cell: str) -> str:
    """An apostrophe before what a spreadsheet would compute: it shows the rest as it is."""
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _encoded(line: str) -> bytes:
    try:
        return line.encode() + b"\n"
    except UnicodeEncodeError:  # half of a surrogate pair, which JSON can only hold escaped
        return json.dumps(json.loads(line)).encode() + b"\n"
