"""Train or validation, decided by the prompt alone: stable, disjoint, the same share of each class.

A seeded hash of the prompt's key says the side, so the same prompt is never on both, and adding rows
moves nothing. Left to chance a small class may have no row on one side; then, of the first few
prompts of the class (five at 20 %), the one whose hash is nearest goes over. That looks at those
prompts only, so rows added at the end still move nothing.
"""

import math

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
MOST_LOOKED_AT = 20  # prompts of a class


class Sides:
    """Takes the rows in order, then tells the side of any key."""

    def __init__(self, fraction: float, seed: int) -> None:
        self._seed = np.uint64(seed & 0xFFFFFFFFFFFFFFFF)
        self._threshold = np.uint64(min(int(fraction * 2.0**64), 2**64 - 1))
        self._enough = min(max(math.ceil(1 / fraction), 2), MOST_LOOKED_AT)
        self._first: dict[str, dict[int, int]] = {}  # class → key → hash
        self._forced: dict[int, bool] = {}

    def add(self, keys: Keys, labels: list[str]) -> None:
        """The next rows. `labels`: their classes; the same for all when there are none."""
        waiting = [at for at, label in enumerate(labels) if self._open(label)]
        if not waiting:
            return
        mixed = self._mixed(keys)
        for at in waiting:
            seen = self._first.setdefault(labels[at], {})
            if len(seen) < self._enough:
                seen[int(keys[at])] = int(mixed[at])
                if len(seen) == self._enough:
                    self._settle(seen)

    def _open(self, label: str) -> bool:
        return len(self._first.get(label, ())) < self._enough

    def _settle(self, seen: dict[int, int]) -> None:
        held = [key for key, mixed in seen.items() if mixed < int(self._threshold)]
        if not held:
            self._forced.setdefault(min(seen, key=seen.__getitem__), True)
        elif len(held) == len(seen):
            self._forced.setdefault(max(seen, key=seen.__getitem__), False)

    def validation(self, keys: Keys) -> NDArray[np.bool_]:
        """Which of these are on the validation side."""
        held = self._mixed(keys) < self._threshold
        for at, key in enumerate(keys.tolist()) if self._forced else ():
            if key in self._forced:
                held[at] = self._forced[key]
        return held

    def _mixed(self, keys: Keys) -> Keys:
        """Vigna's splitmix64, so that every seed gives another split."""
        with np.errstate(over="ignore"):
            mixed = keys + (self._seed + np.uint64(1)) * np.uint64(0x9E3779B97F4A7C15)
            mixed = (mixed ^ (mixed >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
            mixed = (mixed ^ (mixed >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
            return mixed ^ (mixed >> np.uint64(31))
