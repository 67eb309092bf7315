"""Parquet by pyarrow, which the extra `toolkit` brings; loaded only when a file is written."""

from collections.abc import Sequence
from typing import Any

from finetune.dataset.example import Example
from finetune.errors import InputError
from finetune.exchange.fields import COLUMNS, fields
from finetune.exchange.formats import NEEDS_PYARROW
from finetune.exchange.sink import Sink

GROUP = 5_000  # rows that are held until they are written together


class ParquetTable:
    """The columns of a table, with the whole conversation as `messages`. Raises InputError without
    pyarrow. `sink` is where it goes; else `rows` and `end` return it."""

    def __init__(self, columns: Sequence[str] = COLUMNS, sink: Sink | None = None) -> None:
        try:
            import pyarrow as pa
            import pyarrow.parquet as pq
        except ImportError:
            raise InputError(NEEDS_PYARROW) from None
        self._pa, self._columns = pa, columns
        message = pa.struct([("role", pa.string()), ("content", pa.string())])
        named = [(name, pa.string()) for name in columns]
        self._schema = pa.schema([("messages", pa.list_(message)), *named])
        self._sink = sink or Sink()
        self._writer = pq.ParquetWriter(self._sink, self._schema, compression="zstd")
        self._held: list[Example] = []

    def rows(self, examples: Sequence[Example]) -> bytes:
        """Written in groups of some thousands, so that a reader need not read all."""
        self._held += examples
        if len(self._held) >= GROUP:
            self._write()
        return self._sink.taken()

    def end(self) -> bytes:
        """The rest and the footer."""
        if self._held:
            self._write()
        self._writer.close()
        return self._sink.taken()

    def _write(self) -> None:
        rows, self._held = self._held, []
        values: dict[str, list[Any]] = {"messages": [_messages(row) for row in rows]}
        told = [dict(zip(COLUMNS, fields(row), strict=True)) for row in rows]
        values |= {name: [_plain(each[name]) or None for each in told] for name in self._columns}
        self._writer.write_table(self._pa.table(values, schema=self._schema))


def _messages(example: Example) -> list[dict[str, str]]:
    return [{"role": m.role, "content": _plain(m.content)} for m in example.messages]


def _plain(text: str) -> str:
    """A lone surrogate, which a model may write, has no bytes of its own."""
    return text.encode("utf-8", "replace").decode()
