"""XLSX (also XLS, XLSB and ODS) → its sheets as comma-separated rows.

Runs in the child process only: the library reads a sheet whole.
"""

import csv
import datetime as dt
import io
from typing import Any

from python_calamine import CalamineWorkbook, PasswordError

from bot.documents.document import Document, Why
from bot.errors import FileUnreadable


def workbook(data: bytes, letters: int) -> Document:
    """The text of a workbook. Raises FileUnreadable, and whatever the library does."""
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except PasswordError:
        raise FileUnreadable(Why.ENCRYPTED) from None
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    rows, whole = 0, True
    for name in book.sheet_names:
        sheet = [row for row in book.get_sheet_by_name(name).to_python() if any(map(_cell, row))]
        if not sheet:
            continue
        rows += len(sheet)
        if len(book.sheet_names) > 1:
            writer.writerow([f"[sheet {name}]"])
            rows += 1
        for row in sheet:
            if out.tell() > letters:
                whole = False
                break
            writer.writerow(map(_cell, row))
    if not rows:
        raise FileUnreadable(Why.EMPTY)
    return Document(text=out.getvalue(), table=True, parts=str(rows), whole=whole)


def _cell(value: Any) -> str:
    """As the sheet shows it: whole numbers without ".0", days without midnight."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float):
        return format(value, ".15g")
    if isinstance(value, dt.datetime):
        return value.isoformat(" ").removesuffix(" 00:00:00")
    return value.isoformat() if isinstance(value, dt.date | dt.time) else str(value)
