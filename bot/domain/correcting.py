"""Corrections written into the thread of a reply: which message is one, and what it says."""

import re

from bot.domain.conversation import SharedFile
from finetune import Frozen

# "correct: …", "Correction: …", 「訂正：…」; a file needs the word alone.
_WORD = r"\s*(?:correct|correction|訂正)\s*"
_WITH_TEXT = re.compile(rf"{_WORD}[:：]\s*(?P<text>.*)", re.IGNORECASE | re.DOTALL)
_ALONE = re.compile(rf"{_WORD}[:：.。]?\s*", re.IGNORECASE)


class CorrectingMessage(Frozen):
    """A message that corrects the reply before it. `text` is what stands behind the word.

    `at` is when it was written, edited or deleted (`gone`), in seconds since the epoch.
    """

    team: str
    channel: str
    ts: str
    thread_ts: str
    user: str
    at: float
    text: str = ""
    files: tuple[SharedFile, ...] = ()
    gone: bool = False

    @property
    def origin(self) -> str:
        """Names the message as the mark that carries a verdict."""
        return f"message:{self.channel}:{self.ts}"


class ShownCorrection(Frozen):
    """The message at `ts` in a thread that shows a correction; `shows` tells what, or nothing."""

    ts: str = ""
    shows: str = ""


def correction_in(text: str, *, files: bool) -> str | None:
    """What is behind the word that makes a message a correction; None where it is none."""
    found = _WITH_TEXT.fullmatch(text)
    if found is not None:
        return found["text"].strip()
    return "" if files and _ALONE.fullmatch(text) else None
