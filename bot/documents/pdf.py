"""PDF → text, page by page, until there are enough letters or it takes too long.

Runs in the child process only. Pages without text (scans) give nothing: we do not guess letters.
"""

import io
import logging
import time

from bot.documents.document import Document, Why
from bot.errors import FileUnreadable

SECONDS = 10.0  # after which the pages read so far have to do
PAGES = 2000


def pdf(data: bytes, letters: int) -> Document:
    """The text of a PDF. Raises FileUnreadable, and whatever the library does."""
    from pypdf import PdfReader

    logging.disable()  # the library tells every oddity of a file
    reader = PdfReader(io.BytesIO(data), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise FileUnreadable(Why.ENCRYPTED)
    total, found, size, read = len(reader.pages), [], 0, 0
    began = time.monotonic()
    for number in range(min(total, PAGES)):
        text = _clean(reader.pages[number].extract_text())
        read += 1
        if text:
            found.append(f"[page {number + 1}]\n{text}\n")
            size += len(text)
        if size > letters or time.monotonic() - began > SECONDS:
            break
    if not found:
        raise FileUnreadable(Why.NO_TEXT)
    parts = "1 page" if total == 1 else f"{total} pages"
    return Document(text="\n".join(found), parts=parts, whole=read == total)


def _clean(text: str) -> str:
    """Half of a surrogate pair cannot be sent anywhere."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace").strip()
