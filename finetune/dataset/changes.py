"""What has changed in a dataset since one looked: the port that a copy of it is kept current by."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from finetune.dataset.example import Example


class Standing(NamedTuple):
    """Where the feed is. `epoch` names this database's life: another one, and nothing known holds.

    `position` counts changes, `removed` how many rows were taken away; `total` rows are there now.
    `told` is the position that the reader who asks has told of: less than it has, where the database
    was put back to an earlier state, as from a backup or by a failover.
    """

    epoch: str
    position: int
    removed: int
    total: int
    told: int = 0


class Changed(NamedTuple):
    """A row that was written, and at which position of the feed it was last."""

    example_id: str
    position: int


class Changes(Protocol):
    """The feed of one workspace, compacted: each row is in it once, where it was last written.

    What was written before there was a feed is not in it; `Standing.total` gives that away.
    """

    async def standing(self, reader: str) -> Standing:
        """As it is now, for this reader."""
        ...

    async def tell(self, reader: str, position: int) -> None:
        """That this reader has read up to there: before it keeps what it has read."""
        ...

    async def after(self, position: int, limit: int) -> Sequence[Changed]:
        """Rows last written after a position, ascending."""
        ...

    async def ids(self) -> set[str]:
        """Of all rows. Reads them all: for what is rare."""
        ...

    async def rows(self, ids: Sequence[str]) -> Mapping[str, Example]:
        """Those of these that are there."""
        ...
