"""Train or validation, decided by the prompt alone: stable, disjoint, the same share of each class.

A seeded hash of the prompt's key says the side, so the same prompt is never on both, and adding rows
moves nothing. Left to chance a small class may have no row on one side: when the first few prompts of
a class (five at 20 %) are all on one side, the last of these goes to the other. That looks at no later
row, so rows added at the end still move nothing. The rows as a whole are treated like a class.
"""

import math

import numpy as np
from numpy.typing import NDArray

Keys = NDArray[np.uint64]
MOST_LOOKED_AT = 20  # prompts of a class
LABEL = 200  # letters of an answer that tell its class
MOST_CLASSES = 10_000  # later ones are left to chance; memory stays flat
ALL = None  # the class of all rows


class Sides:
    """Takes the rows in order, then tells the side of any key."""

    def __init__(self, fraction: float, seed: int) -> None:
        self._seed = np.uint64(seed & 0xFFFFFFFFFFFFFFFF)
        self._threshold = np.uint64(min(int(fraction * 2.0**64), 2**64 - 1))
        self._enough = min(max(math.ceil(1 / fraction), 2), MOST_LOOKED_AT)
        self._first: dict[str | None, set[int]] = {}
        self._settled: set[str | None] = set()
        self._forced: dict[int, bool] = {}

    def add(self, keys: Keys, completions: list[str]) -> None:
        """The next rows; their completions are the classes."""
        self._look(ALL, keys)
        for at, completion in enumerate(completions):
            label = completion.strip()[:LABEL]
            if label not in self._settled and (
                label in self._first or len(self._first) < MOST_CLASSES
            ):
                self._look(label, keys[at : at + 1])

    def _look(self, label: str | None, keys: Keys) -> None:
        if label in self._settled:
            return
        seen = self._first.setdefault(label, set())
        for key in keys.tolist():
            seen.add(key)
            if len(seen) == self._enough:
                self._settle(seen, key)
                self._settled.add(label)
                seen.clear()
                return

    def _settle(self, seen: set[int], last: int) -> None:
        sides = set(self.validation(np.array(sorted(seen), np.uint64)).tolist())
        if len(sides) == 1:
            self._forced.setdefault(last, not sides.pop())

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
