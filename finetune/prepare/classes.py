"""What kind of task the rows teach, and for a classification how many rows each class has.

The rule is the old tool's: no prompts at all is open-ended; when answers are shared by more than three
rows on average it is a classification; else conditional generation.
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

Task = Literal["open-ended", "classification", "conditional"]
ROWS_PER_CLASS = 3
MOST_CLASSES = 10_000  # more different answers than that are not classes, however many rows
LONGEST_LABEL = 200  # characters; longer answers are told apart by their hash
FEW_ROWS = 10  # of a class; OpenAI advised 100 or more


class Answers:
    """Numbers the different completions, up to a bound that keeps memory flat."""

    def __init__(self) -> None:
        self._numbers: dict[str | tuple[int, str], int] = {}
        self.labels: list[str] = []

    def number(self, completions: list[str]) -> NDArray[np.int32]:
        """The class of each completion; -1 when there are too many to be classes."""
        numbers, labels = self._numbers, self.labels
        found = np.empty(len(completions), np.int32)
        for at, completion in enumerate(completions):
            label = completion.strip()
            key = label if len(label) <= LONGEST_LABEL else (hash(label), label[:LONGEST_LABEL])
            number = numbers.get(key, -1)
            if number < 0 and len(labels) < MOST_CLASSES:
                number = numbers[key] = len(labels)
                labels.append(label if len(label) <= LONGEST_LABEL else label[:LONGEST_LABEL] + "…")
            found[at] = number
        return found


def task_of(rows: int, prompts: int, counts: NDArray[np.int64], unnumbered: int) -> Task:
    """`rows` in all, `prompts` of them not empty; `counts` rows per class."""
    if rows and not prompts:
        return "open-ended"
    if unnumbered or not rows:
        return "conditional"
    different = int(np.count_nonzero(counts))
    return "classification" if different * ROWS_PER_CLASS < rows else "conditional"
