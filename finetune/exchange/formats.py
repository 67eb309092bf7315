"""What an export can be written as, and what such a file is called."""

import importlib.util
from enum import StrEnum

from finetune.errors import InputError

NEEDS_PYARROW = (
    "Parquet needs pyarrow, which is not installed here: install the extra `toolkit` "
    "(pip install 'apprentice[toolkit]'), or take another format"
)


class Format(StrEnum):
    """As it is named on the command line and in addresses."""

    CHAT = "chat"
    DPO = "dpo"
    CSV = "csv"
    PARQUET = "parquet"
    HUGGINGFACE = "huggingface"

    @property
    def file_name(self) -> str:
        """What a download is called."""
        return _FILES[self][0]

    @property
    def media_type(self) -> str:
        """For `Content-Type`."""
        return _FILES[self][1]


_FILES = {
    Format.CHAT: ("examples.jsonl", "application/jsonl"),
    Format.DPO: ("preferences.jsonl", "application/jsonl"),
    Format.CSV: ("examples.csv", "text/csv; charset=utf-8"),
    Format.PARQUET: ("examples.parquet", "application/vnd.apache.parquet"),
    Format.HUGGINGFACE: ("examples-huggingface.zip", "application/zip"),
}


def has_pyarrow() -> bool:
    """Whether Parquet can be written here; loads nothing."""
    return importlib.util.find_spec("pyarrow") is not None


def refuse_unwritable(kind: Format) -> None:
    """Raises InputError for a format that needs what is not installed, before any byte is written."""
    if kind is Format.PARQUET and not has_pyarrow():
        raise InputError(NEEDS_PYARROW)
