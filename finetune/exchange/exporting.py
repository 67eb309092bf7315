"""A selection as the bytes of one file; used by `finetune export` and by the desk's downloads."""

import asyncio
from collections.abc import AsyncIterator, Sequence

from finetune.dataset.example import Example
from finetune.exchange.card import HELD
from finetune.exchange.encoders import Lines, encoder_of, labelled, pair
from finetune.exchange.fields import COLUMNS
from finetune.exchange.formats import Format, refuse_unwritable
from finetune.exchange.selection import Selection, of_examples

PREVIEWED = 3  # rows
LONGEST = 4_000  # characters of a preview
BINARY = {Format.PARQUET: COLUMNS, Format.HUGGINGFACE: HELD}


async def exported(selection: Selection, kind: Format) -> AsyncIterator[bytes]:
    """Piece by piece, in memory that does not grow with the rows.

    Raises InputError before the first piece when this format cannot be written here.
    """
    refuse_unwritable(kind)
    if kind is Format.HUGGINGFACE:
        from finetune.exchange.huggingface import layout

        async for piece in layout(selection):
            yield piece
        return
    encoder = encoder_of(kind)
    async for rows in selection.batches():
        if piece := await asyncio.to_thread(encoder.rows, rows):
            yield piece
    yield await asyncio.to_thread(encoder.end)


async def previewed(examples: Sequence[Example], kind: Format) -> str:
    """The first rows as text; what is no text is shown as the JSON of its columns."""
    some = [each for each in examples if kind is not Format.DPO or pair(each)][:PREVIEWED]
    if kind in BINARY:
        said = Lines(labelled(BINARY[kind])).rows(some)
    else:
        said = b"".join([piece async for piece in exported(of_examples(some), kind)])
    text = said.decode("utf-8", "replace").removeprefix("\ufeff").rstrip()
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
