"""What base models need around a prompt and an answer: separator, stop text, leading space.

The candidates and their order are those that users of the old tool's models know. A candidate that
stands in any prompt (or answer) would end it too early and is passed over.
"""

from collections.abc import Sequence

from finetune.asking.legacy import LAST_SEPARATOR, SEPARATORS

__all__ = ["LAST_SEPARATOR", "LAST_STOP", "SEPARATORS", "STOPS", "Unused", "without_mark"]


STOPS = ("\n", ".", " END", "***", "+++", "&&&", "$$$", "@@@", "%%%")
LAST_STOP = " [END]"


_MARKS = tuple(
    one.rstrip(" .\n")
    for one in (*SEPARATORS, LAST_SEPARATOR, *STOPS, LAST_STOP)
    if one.strip(" .\n")
)


def without_mark(text: str) -> str:
    """A text without the separators and stop texts at its end that are known here."""
    while (bare := text.rstrip(" .\n")).endswith(_MARKS):
        text = min((bare.removesuffix(mark) for mark in _MARKS), key=len)
    return text


class Unused:
    """Which candidates no text holds so far. An arrow is none where prompts have several lines."""

    def __init__(self, candidates: Sequence[str], last: str) -> None:
        self._left = list(candidates)
        self._last = last

    def add(self, texts: Sequence[str]) -> None:
        """Look at more texts."""
        self._left = [one for one in self._left if not self._stands_in(one, texts)]

    def _stands_in(self, candidate: str, texts: Sequence[str]) -> bool:
        if candidate == " ->" and any("\n" in text for text in texts):
            return True
        return any(candidate in text for text in texts)

    @property
    def first(self) -> str:
        """The candidate to take."""
        return self._left[0] if self._left else self._last
