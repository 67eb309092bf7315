"""A dataset as Hugging Face lays it out, in a .zip: data/train-*, data/validation-*, README.md.

The rows are read twice: once to know the sides, once to write them. The card comes last and counts
what was really written.
"""

import asyncio
import zipfile
from collections.abc import AsyncIterator, Sequence
from typing import IO, Protocol

from finetune.dataset.example import Example
from finetune.exchange.card import HELD, Counted, card
from finetune.exchange.encoders import Lines, labelled
from finetune.exchange.formats import has_pyarrow
from finetune.exchange.selection import Selection
from finetune.exchange.sides import Sides
from finetune.exchange.sink import Sink

FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of every entry: the same rows make the same files


class _Written(Protocol):
    def rows(self, examples: Sequence[Example]) -> bytes: ...
    def end(self) -> bytes: ...


async def layout(selection: Selection, *, parquet: bool | None = None) -> AsyncIterator[bytes]:
    """The .zip, piece by piece. `parquet`: absent where pyarrow is, else JSON Lines."""
    parquet = has_pyarrow() if parquet is None else parquet
    sink, counted = Sink(), Counted()
    with Sides() as sides:
        async for rows in selection.batches():
            await asyncio.to_thread(sides.add, rows)
        await asyncio.to_thread(sides.settle)
        suffix = "parquet" if parquet else "jsonl"
        with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
            for split in ("train", "validation"):
                if sides.count(train=split == "train"):
                    name = f"data/{split}-00000-of-00001.{suffix}"
                    async for piece in _side(selection, sides, split, counted, archive, name, sink):
                        yield piece
            archive.writestr(_entry("README.md"), card(counted, suffix))
        yield sink.taken()


async def _side(
    selection: Selection,
    sides: Sides,
    split: str,
    counted: Counted,
    archive: zipfile.ZipFile,
    name: str,
    sink: Sink,
) -> AsyncIterator[bytes]:
    file = _parquet() if name.endswith(".parquet") else Lines(labelled(HELD))
    with archive.open(_entry(name), "w", force_zip64=True) as entry:
        for ids in sides.ids(train=split == "train"):
            rows = await selection.rows(ids)
            counted.add(split, rows)
            await asyncio.to_thread(_write, entry, file, rows)
            if piece := sink.taken():
                yield piece
        entry.write(file.end())


def _write(entry: IO[bytes], file: _Written, rows: Sequence[Example]) -> None:
    entry.write(file.rows(rows))


def _parquet() -> _Written:
    from finetune.exchange.parquet import ParquetTable

    return ParquetTable(HELD)


def _entry(name: str) -> zipfile.ZipInfo:
    made = zipfile.ZipInfo(name, FIRST_DAY)
    made.compress_type = zipfile.ZIP_DEFLATED
    return made
