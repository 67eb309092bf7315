"""Parquet → JSON-like rows, a few thousand at a time. Needs pyarrow, of the extra `toolkit`.

Row 1 is the first row: such a file has no line of names.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from finetune.errors import InputError
from finetune.files import unreadable
from finetune.prepare.json_rows import Value
from finetune.prepare.record import Pass

ROWS = 2048


def parquet_values(path: Path, walk: Pass) -> Iterator[Value]:
    """One object per row, from column name to value. Raises InputError."""
    try:
        import pyarrow as pa
        from pyarrow import parquet
    except ImportError:
        raise InputError(
            "pyarrow is not installed; Parquet files need: pip install 'apprentice[toolkit]'"
        ) from None
    try:
        with parquet.ParquetFile(path) as file:
            size, total, done = path.stat().st_size, max(file.metadata.num_rows, 1), 0
            walk.follow(lambda: size * done // total)
            for batch in file.iter_batches(batch_size=ROWS):
                for values in batch.to_pylist():
                    done += 1
                    yield Value(done, _filled(values))
    except (pa.ArrowException, ValueError, OSError, RuntimeError, MemoryError) as error:
        if isinstance(error, OSError) and error.strerror:
            raise unreadable(path, error) from None
        why = str(error).splitlines()[0][:120] if str(error) else "damaged"
        raise InputError(f"{path} cannot be read as Parquet: {why}") from None


def _filled(value: Any) -> Any:
    """Without the nulls by which Parquet fills the keys that a nested object does not have."""
    if isinstance(value, dict):
        return {name: _nested(item) for name, item in value.items()}
    return value


def _nested(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _nested(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_nested(item) for item in value]
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str | int | float | None) else str(value)
