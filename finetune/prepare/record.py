"""One row of an input, whatever the file was: what the checks look at and what is written in the end.

Made by the readers of this package, batch by batch; nothing keeps all of them.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

ROWS = 4096  # of one batch
LETTERS = 4_000_000  # of one batch, so that long rows make short batches
SOURCE = 1 << 40  # rows of one input at most; source and row share a number
KEPT = 1000  # rows that could not be read are all counted; so many are named


class Record(NamedTuple):
    """One row: prompt and completion, and for a chat or DPO row the whole JSON object."""

    source: int
    """Index of the input file."""
    row: int
    """Where the row begins in that file, 1-based, as an editor shows it."""
    prompt: str
    """The prompt; of a chat or DPO row the last user text."""
    completion: str
    """The completion; of a chat row the last assistant text (tool calls as JSON where it has no
    text), of a DPO row the preferred one; empty when there is none."""
    raw: dict[str, Any] | None
    """None for a pair; the JSON object of a chat or DPO row, which nobody changes."""
    key: str | bytes | None
    """What identifies the prompt for duplicates and the split: the whole conversation before the
    answer; None for a pair, where it is the prompt itself."""


class Rows(NamedTuple):
    """A batch of rows by column, as the checks want them."""

    places: NDArray[np.int64]
    """`SOURCE` * source + row of each."""
    prompts: list[str]
    completions: list[str]
    others: dict[int, Record]
    """The rows that are no pairs, by their index in this batch."""

    def __len__(self) -> int:
        """How many rows."""
        return len(self.prompts)

    def record(self, at: int) -> Record:
        """One of them."""
        source, row = divmod(int(self.places[at]), SOURCE)
        pair = Record(source, row, self.prompts[at], self.completions[at], None, None)
        return self.others.get(at, pair)

    def some(self, chosen: list[int]) -> "Rows":
        """A few of them, in this order."""
        return Rows(
            self.places[chosen],
            [self.prompts[at] for at in chosen],
            [self.completions[at] for at in chosen],
            {new: self.others[at] for new, at in enumerate(chosen) if at in self.others}
            if self.others
            else {},
        )


class Unreadable(NamedTuple):
    """A row that is no record at all."""

    source: int
    row: int
    code: str
    """bad_json, bad_encoding, bad_quotes, nul, cells, no_columns, too_long, no_request, no_answer,
    no_question."""
    message: str


class Pass:
    """One complete reading of the inputs: what could not be read, and how far it is."""

    def __init__(self, advance: Callable[[int], None] | None = None) -> None:
        """`advance` is told how many bytes were read since the last time."""
        self._advance = advance
        self._reported = 0
        self._position: Callable[[], int] = int
        self.unreadable: list[Unreadable] = []
        """The first rows that could not be read, at most 1,000."""
        self.unreadable_count = 0

    def refuse(self, source: int, row: int, code: str, message: str) -> None:
        """Note a row that is no record."""
        self.unreadable_count += 1
        if len(self.unreadable) < KEPT:
            self.unreadable.append(Unreadable(source, row, code, message))

    def follow(self, position: Callable[[], int]) -> None:
        """From now on `position()` says how many bytes of the present file are read."""
        self._position, self._reported = position, 0

    def report(self, position: int | None = None) -> None:
        """Tell `advance` of what was read; `position` in place of the present file's own."""
        if self._advance is not None:
            at = self._position() if position is None else position
            if at > self._reported:
                self._advance(at - self._reported)
                self._reported = at


def gathered(records: Iterable[Record]) -> Iterator[Rows]:
    """Batches of at most 4,096 records and a few million letters; none is empty."""
    for batch in _batched(records):
        places = [record.source * SOURCE + record.row for record in batch]
        yield Rows(
            np.array(places, np.int64),
            [record.prompt for record in batch],
            [record.completion for record in batch],
            {at: record for at, record in enumerate(batch) if record.raw is not None},
        )


def _batched(records: Iterable[Record]) -> Iterator[list[Record]]:
    rest = iter(records)
    batch: list[Record] = []
    letters = 0
    while some := list(islice(rest, 64)):
        batch += some
        letters += sum(len(record.prompt) + len(record.completion) for record in some)
        if len(batch) >= ROWS or letters >= LETTERS:
            yield batch
            batch, letters = [], 0
    if batch:
        yield batch
