"""Rows into the dataset, some hundreds at a time, counted: which were new, known, in conflict.

Killed anywhere and begun again it goes on where it was, and counts each row once: what is known of a
batch is kept before the batch is imported.
"""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from itertools import islice
from typing import NamedTuple, Protocol

from finetune.dataset.dataset import Dataset
from finetune.dataset.example import Example, Frozen, Message, Status
from finetune.dataset.making import import_id

BATCH = 500  # rows; each is an entry of the audit log
Conversation = tuple[Message, ...]
Rows = Callable[[int], Iterable[Conversation]]  # from a row on


class Brought(Frozen):
    """How far it is, and what came of it so far. `held`: not taught, because they disagree with what
    a curator or a correction says, or were rejected before."""

    total: int
    done: int = 0
    new: int = 0
    known: int = 0
    held: int = 0
    begun: tuple[bool, ...] = ()  # of the batch under way: which of its rows were known before

    @property
    def finished(self) -> bool:
        """All rows are in the dataset."""
        return self.done >= self.total


class Kept(Protocol):
    """Where the progress is kept."""

    def load(self) -> Brought | None:
        """What was saved last."""

    def save(self, brought: Brought) -> None:
        """Seen by whoever comes after a crash."""


class _Batch(NamedTuple):
    rows: Sequence[Conversation]
    ids: Sequence[str]


async def bring_in(
    dataset: Dataset,
    rows: Rows,
    total: int,
    *,
    by: str,
    kept: Kept,
    told: Callable[[Brought], Awaitable[None]] | None = None,
) -> Brought:
    """Approved examples of all rows; again changes nothing, in the dataset or in the counts."""
    brought = kept.load() or Brought(total=total)
    left = iter(rows(brought.done))
    while some := list(islice(left, BATCH)):
        batch = _Batch(some, [import_id(row) for row in some])
        if not brought.begun:
            known = await _known(dataset, batch.ids)
            brought = brought.model_copy(update={"begun": known})
            kept.save(brought)
        await dataset.import_rows(batch.rows, by=by)
        brought = _counted(brought, await _found(dataset, batch.ids))
        kept.save(brought)
        if told is not None:
            await told(brought)
    return brought


async def _known(dataset: Dataset, ids: Sequence[str]) -> tuple[bool, ...]:
    before = [row is not None for row in await _found(dataset, ids)]
    return tuple(there or ids.index(ids[at]) < at for at, there in enumerate(before))


async def _found(dataset: Dataset, ids: Sequence[str]) -> list[Example | None]:
    """One by one: a row may have been merged into another, under whose id it stands."""
    return [await dataset.get(example_id) for example_id in ids]


def _counted(before: Brought, rows: Sequence[Example | None]) -> Brought:
    held = [row is None or row.status is not Status.APPROVED for row in rows]
    new = [not (known or waits) for known, waits in zip(before.begun, held, strict=True)]
    return before.model_copy(
        update={
            "done": before.done + len(rows),
            "new": before.new + sum(new),
            "held": before.held + sum(held),
            "known": before.known + len(rows) - sum(new) - sum(held),
            "begun": (),
        }
    )
