"""Corrections written into the thread of a reply: which message is one, and what it says."""

import re

from bot.domain.conversation import SharedFile
from finetune import Frozen

# "correct: …", "*Correct:* …", 「訂正：…」; a file needs the word alone. Not "correction: …": that is
# how people put their own words right.
_WORD = r"\s*(?P<bold>\*?)(?:correct|訂正)"
_WITH_TEXT = re.compile(
    rf"{_WORD}(?:\s*[:：]\s*(?P=bold)|\s*(?P=bold)\s*[:：])\s*(?P<text>.*)",
    re.IGNORECASE | re.DOTALL,
)
_ALONE = re.compile(rf"{_WORD}\s*[:：.。]?\s*(?P=bold)\s*", re.IGNORECASE)


class CorrectingMessage(Frozen):
    """A message that corrects the reply before it. `text` stands behind the word, in Slack's markup.

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
