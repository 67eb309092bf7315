"""The events of one job in their order, though they arrive late, twice or in the same second.

Filled by `following` with what the provider lists; tells each event once. An event is held back
for a moment, so that one that belongs before it and is listed a little later comes first.
"""

from collections.abc import Sequence
from itertools import groupby

from finetune.jobs.job import Event


class Timeline:
    """What is known of a job's events, and what of it was told."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._waiting: list[tuple[Event, float]] = []  # with the time at which it was found

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._known

    @property
    def count(self) -> int:
        """How many events are known."""
        return len(self._known)

    @property
    def waiting(self) -> bool:
        """There are events that were not told yet."""
        return bool(self._waiting)

    def add(self, oldest_first: Sequence[Event], now: float) -> None:
        """Take in what was listed; what is known already is left out."""
        for event in oldest_first:
            if event.id not in self._known:
                self._known.add(event.id)
                self._waiting.append((event, now))

    def settled(self, found_before: float) -> list[Event]:
        """Oldest first, up to the first event that was found later than this. Told by this call."""
        found = {event.id: at for event, at in self._waiting}
        ordered = in_order([event for event, _ in self._waiting])
        told: list[Event] = []
        for event in ordered:
            if found[event.id] > found_before:
                break
            told.append(event)
        gone = {event.id for event in told}
        self._waiting = [held for held in self._waiting if held[0].id not in gone]
        return told


def oldest_first(listed: Sequence[Event]) -> bool:
    """Most providers list the newest first, some the other way."""
    return bool(listed) and listed[0].created_at < listed[-1].created_at


def in_order(listed: Sequence[Event]) -> list[Event]:
    """By time; within one second as listed, but steps by their number.

    Providers list the events of a second in any order, and only steps say where they belong.
    """
    result: list[Event] = []
    by_time = sorted(listed, key=lambda event: event.created_at)
    for _, group in groupby(by_time, key=lambda event: event.created_at):
        second = list(group)
        steps = iter(sorted((e for e in second if _step(e) is not None), key=_sort_key))
        result += [next(steps) if _step(event) is not None else event for event in second]
    return result


def _step(event: Event) -> float | None:
    step = event.data.get("step")
    return step if isinstance(step, int | float) and not isinstance(step, bool) else None


def _sort_key(event: Event) -> float:
    return _step(event) or 0.0
