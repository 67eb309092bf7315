"""Indexes of rows → row numbers as the user's editor shows them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, islice
from pathlib import Path

from finetune.prepare.findings import NUMBERED_ROWS
from finetune.prepare.record import SOURCE
from finetune.prepare.spill import Spill


class Places:
    """Where the rows of a draft are in the inputs."""

    def __init__(self, places: Spill, paths: Sequence[Path]) -> None:
        self._places = places
        self._names = [path.name for path in paths]

    def one(self, index: int) -> int | str:
        """The row number, with the file's name when there are several."""
        return self._named(int(self._places.between(index, index + 1)[0]))

    def many(self, indexes: Iterable[int]) -> tuple[int | str, ...]:
        """All row numbers; of more than 10,000, runs such as `2-90001`, in order."""
        rest = iter(indexes)
        first = list(islice(rest, NUMBERED_ROWS + 1))
        if len(first) <= NUMBERED_ROWS:
            return tuple(self._named(place) for place in self._looked_up(first))
        runs = _runs(self._looked_up(chain(first, rest)))
        return tuple(self._run(start, stop) for start, stop in runs)

    def _looked_up(self, indexes: Iterable[int]) -> Iterator[int]:
        start, part = 0, self._places.between(0, 0)
        for index in indexes:
            if not start <= index < start + len(part):
                start = index
                part = self._places.between(start, min(start + 4096, len(self._places)))
            yield int(part[index - start])

    def _named(self, place: int) -> int | str:
        source, row = divmod(place, SOURCE)
        return row if len(self._names) == 1 else f"{self._names[source]}:{row}"

    def _run(self, start: int, stop: int) -> int | str:
        return self._named(start) if start == stop else f"{self._named(start)}-{stop % SOURCE}"


def _runs(places: Iterable[int]) -> Iterator[tuple[int, int]]:
    start = stop = -1
    for place in places:
        if place != stop + 1:
            if start >= 0:
                yield start, stop
            start = place
        stop = place
    if start >= 0:
        yield start, stop
