"""Whether two texts of a spilled file are nearly the same: a cheap look at many, then letter by letter."""

import os
import re
import unicodedata
from collections import Counter
from typing import IO, Any

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from finetune.dataset.example import normalise
from finetune.dataset.sketch import folded

Pairs = NDArray[np.uint64]
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_HALF, _LOW = np.uint64(32), np.uint64(0xFFFFFFFF)


class Nearness:
    """Compares texts by their numbers in the file."""

    def __init__(self, texts: IO[bytes], bounds: NDArray[np.int64], threshold: float) -> None:
        """`bounds`: where each text begins, and where the last one ends."""
        texts.flush()
        self._file = texts.fileno()  # read and not mapped: pages of a map count as memory
        self._bounds = bounds
        self._threshold = threshold
        self._sizes = np.diff(bounds).astype(np.uint32)
        self.count = len(bounds) - 1

    def alike(self, pairs: Pairs, brief: int) -> tuple[Pairs, Pairs]:
        """Of these, the pairs that are near enough in length: (of longer texts, of brief ones)."""
        one, other = self._sizes[pairs >> _HALF], self._sizes[pairs & _LOW]
        longer = np.maximum(one, other)
        near = np.minimum(one, other) * 6 >= longer * 5
        short = longer <= brief
        return pairs[near & ~short], pairs[near & short]

    def verified(self, pairs: Pairs) -> Pairs:
        """The pairs among these that are near-duplicates."""
        needed, places = np.unique(
            np.concatenate((pairs >> _HALF, pairs & _LOW)), return_inverse=True
        )
        texts = folded(self._read(needed))
        # Without its blanks a text is at most half as long, so the share of edits at most doubles.
        scores = process.cpdist(
            [texts[at] for at in places[: len(pairs)].tolist()],
            [texts[at] for at in places[len(pairs) :].tolist()],
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=max(2 * self._threshold - 1, 0),
        )
        maybe = pairs[scores > 0]
        near = [self.near(pair >> 32, pair & 0xFFFFFFFF) for pair in maybe.tolist()]
        found: Pairs = maybe[np.array(near, dtype=bool)]
        return found

    def near(self, one: int, other: int) -> bool:
        """Whether two texts are near-duplicates."""
        a, b = self._read(np.array((one, other)))
        if a == b:
            return True
        a, b = normalise(a), normalise(b)
        alike = Levenshtein.normalized_similarity(a, b) >= self._threshold
        return (alike or a.replace(" ", "") == b.replace(" ", "")) and numbers(a) == numbers(b)

    def _read(self, texts: NDArray[Any]) -> list[str]:
        begins, sizes = self._bounds[texts].tolist(), self._sizes[texts].tolist()
        return [
            os.pread(self._file, size, begin).decode("utf-8", "surrogatepass")
            for begin, size in zip(begins, sizes, strict=True)
        ]


def numbers(text: str) -> Counter[str]:
    """The numbers in a text, however they are written: 1,000 is 1000, full width is plain."""
    found = _NUMBER.findall(unicodedata.normalize("NFKC", text))
    return Counter(number.replace(",", "") for number in found)
