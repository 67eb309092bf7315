"""What kind of file an input is: by its first bytes where they leave no doubt, else by its name."""

from pathlib import Path

from finetune.errors import InputError
from finetune.files import unreadable

_BY_NAME = {
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".xlsx": "xlsx",
    ".xlsm": "xlsx",
    ".xls": "xlsx",
    ".ods": "xlsx",
    ".json": "json",
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".parquet": "parquet",
    ".txt": "txt",
    ".text": "txt",
    ".md": "txt",
}
_BY_START = (
    (b"PAR1", "parquet"),
    (b"PK\x03\x04", "xlsx"),
    (b"\xd0\xcf\x11\xe0", "xlsx"),
)
_PACKED = (
    (b"\x1f\x8b", "gunzip"),
    (b"BZh", "bunzip2"),
    (b"\xfd7zXZ", "unxz"),
    (b"(\xb5/\xfd", "unzstd"),
)


def kind_of(path: Path) -> str:
    """csv, tsv, xlsx, json, jsonl, parquet or txt. Raises InputError for what is none of them."""
    try:
        if path.exists() and not path.is_file():
            raise InputError(f"{path} is not an ordinary file")
        with path.open("rb") as file:
            start = file.read(4096)
    except OSError as error:
        raise unreadable(path, error) from None
    if not start:
        raise InputError(f"{path} is empty")
    for sign, tool in _PACKED:
        if start.startswith(sign):
            raise InputError(f"{path} is compressed; unpack it first: {tool} {path}")
    named = _BY_NAME.get(path.suffix.lower())
    started = next((kind for sign, kind in _BY_START if start.startswith(sign)), None)
    if started is not None:
        return started
    return _json_kind(start, named)


def _json_kind(start: bytes, named: str | None) -> str:
    """JSON Lines are often named .json, and an array .jsonl."""
    bare = start.removeprefix(b"\xef\xbb\xbf").replace(b"\0", b"").lstrip(b"\xff\xfe \t\r\n")
    if named == "jsonl":
        return "json" if bare[:1] == b"[" else "jsonl"
    if named is not None:
        return named
    if bare[:1] == b"[":
        return "json"
    if bare[:1] == b"{":
        return "jsonl" if bare.split(b"\n")[0].rstrip().endswith(b"}") else "json"
    return "csv"
