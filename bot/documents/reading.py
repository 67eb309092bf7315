"""One file → its text or picture."""

import asyncio
import base64
import re
from dataclasses import dataclass, field

from bot.documents.document import Document, Why
from bot.documents.kinds import Kind, bomb, image_type, kind_of, most_bytes
from bot.documents.parsing import parsed
from bot.domain.conversation import Image
from bot.errors import FileUnreadable
from finetune import decoded

# What no text has: control characters other than those of terminals, and what could not be decoded.
_ODD = re.compile("[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f-\x84\x86-\x9f\ufffd\ufffe\uffff]")
_LOOKED_AT = 100_000  # letters
AT_ONCE = 3  # processes that parse
_MOST_ODD = 0.05  # of them; damaged text has fewer, random bytes have more


@dataclass(frozen=True)
class Documents:
    """Reads files; of those that need a process of their own, a few at once and the others wait."""

    _turn: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(AT_ONCE))

    async def read(self, name: str, mimetype: str, data: bytes, letters: int) -> Document:
        """A file of any kind; of a PDF or workbook about `letters`. Raises FileUnreadable alone."""
        if not data.strip():
            raise FileUnreadable(Why.EMPTY)
        kind = kind_of(data, name, mimetype)
        if len(data) > most_bytes(kind) or (kind is Kind.WORKBOOK and bomb(data)):
            raise FileUnreadable(Why.TOO_LARGE)
        if kind is Kind.OTHER:
            raise FileUnreadable(Why.UNSUPPORTED)
        if kind is Kind.IMAGE:
            pixels = base64.b64encode(data).decode()
            return Document(image=Image(mimetype=image_type(data), data=pixels))
        if kind in {Kind.PDF, Kind.WORKBOOK}:
            async with self._turn:
                return await parsed(kind, data, letters)
        return await asyncio.to_thread(_text, data, kind)


def _text(data: bytes, kind: Kind) -> Document:
    text = decoded(data).replace("\r\n", "\n").replace("\r", "\n")
    sample = text[:_LOOKED_AT]
    if len(_ODD.findall(sample)) > len(sample) * _MOST_ODD:
        raise FileUnreadable(Why.UNSUPPORTED)
    text = text.replace("\0", "")
    if not text.strip():
        raise FileUnreadable(Why.EMPTY)
    return Document(text=text, table=kind is Kind.TABLE)
