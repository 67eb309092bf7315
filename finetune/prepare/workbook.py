"""XLSX (also XLS and ODS) → records, with cells as the sheet shows them.

A whole number is written without its ".0", a date as ISO 8601, a truth value TRUE or FALSE. The
sheet is read into memory: a sheet holds at most 1,048,576 rows.
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from finetune.errors import InputError
from finetune.files import unreadable
from finetune.prepare.columns import Columns, find_columns
from finetune.prepare.record import Pass, Record
from finetune.prepare.tables import joined

if TYPE_CHECKING:
    from python_calamine import CalamineSheet


class Workbook(NamedTuple):
    """How one sheet is read."""

    path: Path
    sheet: str
    columns: Columns


def open_workbook(path: Path, sheet: str | None, wanted: tuple[str, str] | None) -> Workbook:
    """Find the sheet (the first unless named) and the columns. Raises InputError."""
    found = _sheet(path, sheet)
    names = next((cells for _, cells in _rows(found)), None)
    if names is None:
        raise InputError(f"{path}: the sheet {found.name!r} is empty")
    return Workbook(path, found.name, find_columns(names, wanted, path))


def workbook_records(book: Workbook, source: int, walk: Pass) -> Iterator[Record]:
    """All rows of the sheet that are not blank, below the names."""
    columns, size = book.columns, book.path.stat().st_size
    sheet = _sheet(book.path, book.sheet)
    done, height = 0, max(sheet.total_height, 1)
    walk.follow(lambda: size * done // height)
    ahead = columns.header
    for row, cells in _rows(sheet):
        done = row
        if ahead:
            ahead = False
            continue
        prompt = cells[columns.prompt]
        if columns.context is not None:
            prompt = joined(prompt, cells[columns.context])
        yield Record(source, row, prompt, cells[columns.completion], None, None)


def shown(value: Any) -> str:
    """A cell as text."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, dt.datetime):
        at_midnight = value.time() == dt.time()
        return value.date().isoformat() if at_midnight else value.isoformat(" ")
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    return "" if value is None else str(value)


def _rows(sheet: "CalamineSheet") -> Iterator[tuple[int, list[str]]]:
    """(row, cells) of the rows that hold anything."""
    for row, values in enumerate(sheet.iter_rows(), 1):
        cells = [shown(value) for value in values]
        if any(cells):
            yield row, cells


def _sheet(path: Path, name: str | None) -> "CalamineSheet":
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        book = CalamineWorkbook.from_path(str(path))
        return book.get_sheet_by_name(_chosen(path, book.sheet_names, name))
    except OSError as error:
        raise unreadable(path, error) from None
    except (CalamineError, ValueError) as error:
        why = str(error).splitlines()[0][:120] if str(error) else "damaged"
        raise InputError(f"{path} cannot be read as a workbook: {why}") from None
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # how a failure inside the reader comes out
            raise
        raise InputError(f"{path} cannot be read as a workbook: it is damaged") from None


def _chosen(path: Path, names: list[str], name: str | None) -> str:
    if not names:
        raise InputError(f"{path} has no sheet")
    if name is not None and name not in names:
        raise InputError(f"{path} has no sheet {name!r}; it has {', '.join(map(repr, names[:8]))}")
    return names[0] if name is None else name
