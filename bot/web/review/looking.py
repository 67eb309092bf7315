"""Who has which example open, so that two curators are not led to the same one.

A hint only, kept in this process and forgotten after a minute: whoever decides second is told so by
the lock of the decision itself.
"""

import time
from collections.abc import Callable, Iterable

REMEMBERED = 60.0  # seconds
MOST = 10_000  # marks; beyond it the oldest are forgotten


class Looking:
    """Marks of one process."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._marks: dict[tuple[str, str, str], float] = {}  # in the order in which they were made

    def note(self, team: str, example_id: str, user: str) -> None:
        """A person looks at it now, and at nothing else."""
        mine = [mark for mark in self._marks if mark[0] == team and mark[2] == user]
        for mark in mine:
            del self._marks[mark]
        self._marks[team, example_id, user] = self._clock()
        self._forget()

    def others(self, team: str, example_id: str, user: str) -> list[str]:
        """Who else looks at it."""
        self._forget()
        return [
            mark[2] for mark in self._marks if mark[:2] == (team, example_id) and mark[2] != user
        ]

    def free(self, team: str, example_ids: Iterable[str], user: str) -> str:
        """The first that nobody else looks at; the first of all where there is none."""
        asked = list(example_ids)
        unseen = (each for each in asked if not self.others(team, each, user))
        return next(unseen, next(iter(asked), ""))

    def _forget(self) -> None:
        late = self._clock() - REMEMBERED
        while self._marks:
            oldest = next(iter(self._marks))
            if self._marks[oldest] > late and len(self._marks) <= MOST:
                return
            del self._marks[oldest]
