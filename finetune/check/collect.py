"""The batches of a file → what is true of all its examples, in flat memory."""

from array import array
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from finetune.check.codes import Finding
from finetune.check.distribution import Histogram
from finetune.check.examine import Batch
from finetune.dataset.groups import Groups, Spilling
from finetune.dataset.near import NearDuplicates

MOST_ERRORS = 1_000  # that are listed; all are counted
MOST_LINES = 20  # of one warning
Lines = NDArray[np.int64]


class Rows(NamedTuple):
    """How many rows a warning holds for, and the first of them."""

    total: int
    lines: list[int]


class Collector(Spilling):
    """Adds up batches; a context manager, because what grows with the file goes to disk."""

    def __init__(self, longest_example: int | None, folder: Path | None = None) -> None:
        self._longest = longest_example
        self.examples = self.errors_total = self.tokens_learnt_from = 0
        self.errors: list[Finding] = []
        self.error_lines = 0
        self.more_personal_data = False  # perhaps than was counted
        self.codes: Counter[str] = Counter()
        self.messages, self.tokens, self.answer_tokens = Histogram(), Histogram(), Histogram()
        self.scripts: Counter[str] = Counter()
        self._rows: dict[str, Rows] = {}
        self._same, self._asked = Groups(folder), Groups(folder)
        self._near = NearDuplicates(folder=folder)

    def add(self, batch: Batch) -> None:
        """Count one batch."""
        self.examples += len(batch.lines)
        self._add_errors(batch.noted.errors)
        for code, lines in batch.noted.rows.items():
            self.note(code, len(lines), lines)
        self.scripts.update(batch.noted.scripts)
        self.more_personal_data |= batch.noted.gave_up
        self.messages.add(batch.messages)
        self.tokens.add(batch.tokens)
        self.answer_tokens.add(batch.answer_tokens)
        self._add_limits(batch)
        self._same.add(batch.example_keys, batch.lines)
        self._asked.add(batch.prompt_keys, batch.lines)
        self._near.add_sketch(batch.lines, batch.sketch)

    def note(self, code: str, count: int, lines: list[int]) -> None:
        """Say that a warning holds for `count` rows more."""
        if count:
            known = self.rows(code)
            first = (known.lines + lines)[:MOST_LINES]
            self._rows[code] = Rows(known.total + count, first)

    def rows(self, code: str) -> Rows:
        """The rows that a warning holds for."""
        return self._rows.get(code, Rows(0, []))

    def compare(self) -> None:
        """Compare all examples with each other; after the last batch."""
        repeats = array("q")  # lines that are an earlier one again
        for same in self._same.duplicates():
            self._note_later("duplicates", same)
            repeats.frombytes(same[1:].tobytes())
        repeated = np.sort(np.array(repeats, np.int64))
        for asked in self._asked.duplicates():
            self._note_later("conflicting_answers", _without(asked, repeated))
        for near in self._near.groups():
            self._note_later("near_duplicates", _without(np.array(near, np.int64), repeated))
        for code in ("duplicates", "conflicting_answers", "near_duplicates"):
            self._rows[code] = Rows(self.rows(code).total, sorted(self.rows(code).lines))

    def _note_later(self, code: str, group: Lines) -> None:
        self.note(code, len(group) - 1, group[1 : MOST_LINES + 1].tolist())

    def _add_errors(self, errors: list[Finding]) -> None:
        self.errors += errors[: max(MOST_ERRORS - self.errors_total, 0)]
        self.errors_total += len(errors)
        self.error_lines += len({error.line for error in errors})
        self.codes.update(error.code for error in errors)

    def _add_limits(self, batch: Batch) -> None:
        if self._longest is None:
            self.tokens_learnt_from += int(batch.tokens.sum())
            return
        self.tokens_learnt_from += int(np.minimum(batch.tokens, self._longest).sum())
        over = batch.lines[batch.tokens > self._longest]
        self.note("over_limit", len(over), over[:MOST_LINES].tolist())

    def close(self) -> None:
        """Free the disk."""
        for store in (self._same, self._asked, self._near):
            store.close()


def _without(lines: Lines, others: Lines) -> Lines:
    """The lines that are not among the others, which are in order."""
    if not len(others):
        return lines
    at = np.minimum(np.searchsorted(others, lines), len(others) - 1)
    left: Lines = lines[others[at] != lines]
    return left
