"""How much there is to do, and what it takes: what operators watch."""

from typing import NamedTuple


class QueueState(NamedTuple):
    """Durable tasks. `age`: seconds that the next one to be started has waited; 0 where none is."""

    waiting: int
    running: int
    later: int
    age: float


class MemoryState(NamedTuple):
    """Of the database, in bytes. `most` is 0 where nothing bounds it."""

    used: int
    most: int
