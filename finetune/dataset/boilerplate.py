"""What many texts begin or end with, learnt from the first batch: instructions, signatures.

Two questions under the same 2,000 letters of instructions are 98 % alike and still two questions: it
is their own part that must be compared.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

EDGE = 32  # letters by which texts with the same beginning or end are found
SHARE = 0.02  # of the first batch, and at least
LEAST = 20  # texts


class Boilerplate:
    """Cuts known beginnings and ends off a text."""

    def __init__(self, texts: Sequence[str]) -> None:
        """Learn from these texts; with fewer than 20 there is nothing to learn."""
        self._heads = _common(texts, lambda text: text)
        self._tails = _common(texts, lambda text: text[::-1])

    def __bool__(self) -> bool:
        """Whether anything is cut off."""
        return bool(self._heads or self._tails)

    def cut(self, text: str) -> str:
        """The text's own part; all of it when it shares neither beginning nor end with others."""
        head = self._heads.get(text[:EDGE]) if self._heads else None
        if head is not None and text.startswith(head):
            text = text[len(head) :]
        tail = self._tails.get(text[: -EDGE - 1 : -1]) if self._tails else None
        if tail is not None and text.endswith(tail[::-1]):
            text = text[: -len(tail)]
        return text


def _common(texts: Iterable[str], turned: Callable[[str], str]) -> dict[str, str]:
    """What the texts with the same first letters share, by those letters."""
    groups: defaultdict[str, list[str]] = defaultdict(list)
    total = 0
    for text in texts:
        total += 1
        reading = turned(text)
        if len(reading) >= EDGE:
            groups[reading[:EDGE]].append(reading)
    least = max(LEAST, total * SHARE)
    return {
        edge: _shared(min(members), max(members))
        for edge, members in groups.items()
        if len(members) >= least and min(members) != max(members)
    }


def _shared(one: str, other: str) -> str:
    """What both begin with; of the first and the last of many in order, what all begin with."""
    low, high = 0, min(len(one), len(other))
    while low < high:
        middle = (low + high + 1) // 2
        low, high = (middle, high) if one[:middle] == other[:middle] else (low, middle - 1)
    return one[:low]
