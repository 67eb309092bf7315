"""What a file is, by its first bytes, and how many bytes of each kind are taken.

The limits bound what one turn can make a worker hold in memory.
"""

import io
import re
import zipfile
from enum import StrEnum

MEGABYTE = 1_000_000
UNPACKED = 200 * MEGABYTE  # what a workbook may say to become; more is a bomb


class Kind(StrEnum):
    """How a file is read."""

    TEXT = "text"
    TABLE = "table"
    PDF = "pdf"
    WORKBOOK = "workbook"
    IMAGE = "image"
    OTHER = "other"


_MOST = {
    Kind.TEXT: 5 * MEGABYTE,
    Kind.TABLE: 5 * MEGABYTE,
    Kind.PDF: 20 * MEGABYTE,
    Kind.WORKBOOK: 10 * MEGABYTE,
    Kind.IMAGE: 8 * MEGABYTE,
    Kind.OTHER: 5 * MEGABYTE,
}
_TABLES = (".csv", ".tsv", ".tab")
_WORKBOOKS = (".xlsx", ".xlsm", ".xlsb", ".xls", ".ods")
_BINARY = (
    *(".zip", ".gz", ".tgz", ".7z", ".rar", ".tar", ".bz2", ".xz", ".exe", ".dll", ".dmg", ".iso"),
    *(".doc", ".docx", ".ppt", ".pptx", ".key", ".numbers", ".pages", ".msg", ".psd", ".ai"),
    *(".mp3", ".m4a", ".wav", ".mp4", ".mov", ".avi", ".webm", ".mkv", ".heic", ".parquet"),
)
_PLAYED = ("audio/", "application/vnd.slack-docs", "application/vnd.slack-list")
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")  # the container of XLS, and of DOC, PPT, MSG
_IMAGES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
)
_NO_TEXT = (b"{\\rtf", b"PK\x03\x04", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"7z\xbc\xaf", _OLE)


def most_bytes(kind: Kind) -> int:
    """How many bytes of a file of this kind are read at most."""
    return _MOST[kind]


def announced(name: str, mimetype: str) -> Kind:
    """What a file claims to be, before any of it is loaded."""
    low = name.lower()
    if _unreadable(low, mimetype):
        return Kind.OTHER
    if mimetype == "application/pdf" or low.endswith(".pdf"):
        return Kind.PDF
    if low.endswith(_WORKBOOKS):
        return Kind.WORKBOOK
    if image_announced(mimetype):
        return Kind.IMAGE
    if low.endswith(_TABLES) or mimetype in {"text/csv", "text/tab-separated-values"}:
        return Kind.TABLE
    return Kind.TEXT


def _unreadable(name: str, mimetype: str) -> bool:
    if mimetype.startswith("video/"):
        return not name.endswith((".ts", ".mts"))  # TypeScript, which has a film's type
    return name.endswith(_BINARY) or mimetype.startswith(_PLAYED)


def image_announced(mimetype: str) -> bool:
    """Whether a file claims to be a picture made of pixels."""
    return mimetype.startswith("image/") and "svg" not in mimetype


def kind_of(data: bytes, name: str, mimetype: str) -> Kind:
    """What a file is. A file of text is a table if it claims to be one."""
    if b"%PDF-" in data[:1024]:
        return Kind.PDF
    if image_type(data):
        return Kind.IMAGE
    if _workbook(data, name):
        return Kind.WORKBOOK
    if data.startswith(_NO_TEXT) or image_announced(mimetype):
        return Kind.OTHER
    return Kind.TABLE if announced(name, mimetype) is Kind.TABLE else Kind.TEXT


def image_type(data: bytes) -> str:
    """The MIME type of a picture that models take, "" for anything else.

    Models refuse animated GIFs, that is, more than one picture in a file.
    """
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "image/webp"
    found = next((kind for magic, kind in _IMAGES if data.startswith(magic)), "")
    animated = (
        found == "image/gif" and len(re.findall(rb"\x21\xf9\x04.{4}\x00\x2c", data, re.DOTALL)) > 1
    )
    return "" if animated else found


def _workbook(data: bytes, name: str) -> bool:
    if data.startswith(_OLE):
        return name.lower().endswith(".xls")
    if not data.startswith(b"PK\x03\x04"):
        return False
    try:
        names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        return name.lower().endswith(_WORKBOOKS)  # damaged, which its reader will say
    return any(each.startswith("xl/workbook") for each in names) or (
        "content.xml" in names and name.lower().endswith(".ods")
    )


def bomb(data: bytes) -> bool:
    """Whether a zip file says that it unpacks to more than anyone wants to read."""
    try:
        inside = zipfile.ZipFile(io.BytesIO(data)).infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, OverflowError):
        return False
    return sum(each.file_size for each in inside) > UNPACKED
