"""What all prompts, or all completions, begin and end with; found while the texts stream by.

One running string per end that only gets shorter, so the time is linear in the texts whatever the
length of what they share. `removable` says which part of it may go: whole words only, never all of
any text, never ordinary punctuation.
"""

import re
from collections.abc import Sequence
from typing import NamedTuple

MIN_TEXTS = 3  # what two texts share is chance
LONG_PROMPT_PREFIX = 13  # characters; as long as the old tool asked for
LONG_COMPLETION_PREFIX = 5
LONG_PROMPT_SUFFIX = 13

_BEFORE_A_WORD = frozenset(
    " \t\n\r\u3000\xa0:;!?)]}>|=,。、，\uff0e：；！？）」』】》〉…—\u2013#*-"
)
_AFTER_A_WORD = frozenset(" \t\n\r\u3000\xa0([{<|（「『【《〈#*-=\u2192")
# What people append so that a completion model knows where a prompt or an answer ends.
_MARKER = re.compile(
    r"\s+|\s*(?:[-=~#*+&$@%|>\s\u2192]|###|END|STOP|\[END\]|<\|\w+\|>){1,12}\s*", re.ASCII
)
_BARE_PUNCTUATION = re.compile(r"[-*|%$>+]")


class Shared(NamedTuple):
    """What the texts have in common. `shortest`: characters of the shortest without outer space;
    `longest`: of the longest."""

    prefix: str
    suffix: str
    texts: int
    shortest: int
    longest: int


class Affixes:
    """Takes texts in, knows at any time what all of them share."""

    def __init__(self) -> None:
        self._prefix: str | None = None
        self._suffix = ""
        self._texts = 0
        self._shortest = self._longest = 0

    def add(self, texts: Sequence[str]) -> None:
        """Look at more texts."""
        if not texts:
            return
        if self._prefix is None:
            self._prefix = self._suffix = texts[0]
            self._shortest = len(texts[0])
        self._texts += len(texts)
        if not self._prefix and not self._suffix:
            return
        self._shortest = min(self._shortest, *(len(text.strip()) for text in texts))
        self._longest = max(self._longest, *map(len, texts))
        self._prefix = _narrowed_prefix(self._prefix, texts)
        self._suffix = _narrowed_suffix(self._suffix, texts)

    @property
    def shared(self) -> Shared:
        """What all texts so far have in common."""
        return Shared(self._prefix or "", self._suffix, self._texts, self._shortest, self._longest)


def _narrowed_prefix(prefix: str, texts: Sequence[str]) -> str:
    for text in texts:
        if not text.startswith(prefix):
            low, high = 0, min(len(prefix), len(text))
            while low < high:
                middle = (low + high + 1) // 2
                low, high = (
                    (middle, high) if text.startswith(prefix[:middle]) else (low, middle - 1)
                )
            prefix = prefix[:low]
    return prefix


def _narrowed_suffix(suffix: str, texts: Sequence[str]) -> str:
    for text in texts:
        if not text.endswith(suffix):
            low, high = 0, min(len(suffix), len(text))
            while low < high:
                middle = (low + high + 1) // 2
                low, high = (
                    (middle, high)
                    if text.endswith(suffix[len(suffix) - middle :])
                    else (low, middle - 1)
                )
            suffix = suffix[len(suffix) - low :]
    return suffix


class Ends(NamedTuple):
    """What to take off the beginning and the end of each text of one column."""

    prefix: str = ""
    suffix: str = ""

    def cut(self, text: str) -> str:
        """`text` without them; a text that lacks them stays as it is."""
        return text.removeprefix(self.prefix).removesuffix(self.suffix)


def removable(shared: Shared, shortest_prefix: int, shortest_suffix: int, legacy: bool) -> Ends:
    """What may be taken off. `legacy`: a suffix is the separator or stop text and stays."""
    if shared.texts < MIN_TEXTS or len(shared.prefix) == shared.longest:  # all the same
        return Ends()
    prefix = _whole_words_at_start(shared.prefix)
    if len(prefix) < shortest_prefix and (prefix.strip() or legacy):
        prefix = ""
    if len(prefix.strip()) >= shared.shortest:
        prefix = ""
    suffix = "" if legacy else whole_words_at_end(shared.suffix)
    if len(suffix) < shortest_suffix and not is_marker(suffix):
        suffix = ""
    if len(prefix) + len(suffix) >= shared.shortest:
        suffix = "" if len(suffix.strip()) + len(prefix) >= shared.shortest else suffix
    return Ends(prefix, suffix)


def is_marker(suffix: str) -> bool:
    """Whether it marks an end and says nothing: white space, ` ->`, `###`, ` END`."""
    return bool(_MARKER.fullmatch(suffix)) and not _BARE_PUNCTUATION.fullmatch(suffix)


def _whole_words_at_start(prefix: str) -> str:
    end = len(prefix)
    while end and prefix[end - 1] not in _BEFORE_A_WORD:
        end -= 1
    return prefix[:end]


def whole_words_at_end(suffix: str) -> str:
    """The part of a shared ending that does not begin inside a word."""
    start = 0
    while start < len(suffix) and suffix[start] not in _AFTER_A_WORD:
        start += 1
    return suffix[start:]
