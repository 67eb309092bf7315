"""What reading a file gives, and why it gives nothing."""

from enum import StrEnum

from bot.domain.conversation import Image
from finetune import Frozen


class Why(StrEnum):
    """The reasons of a FileUnreadable; each is the name of a sentence in `texts/reading.py`."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    UNSUPPORTED = "unsupported"
    ENCRYPTED = "encrypted"
    NO_TEXT = "no_text"
    DAMAGED = "damaged"
    TOO_LONG = "too_long"
    UNSEEN = "unseen"
    TOO_MANY = "too_many"
    EXTERNAL = "external"
    GONE = "gone"
    NO_ACCESS = "no_access"
    UNREACHABLE = "unreachable"


class Document(Frozen):
    """A file as read: its text or its picture.

    `table`: the text consists of rows, and is cut between them. `parts` says what it has been made
    from ("40 pages"); `whole` is False where reading stopped before the end.
    """

    text: str = ""
    image: Image | None = None
    table: bool = False
    parts: str = ""
    whole: bool = True


class Excerpt(Frozen):
    """As much of a text as has room. `tokens` of it; `remark` says to the model what is missing."""

    text: str
    tokens: int
    remark: str = ""
