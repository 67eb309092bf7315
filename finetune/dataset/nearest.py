"""Which rows of a snapshot were taught with a question like this one: for whoever asks why."""

import asyncio
from collections.abc import Sequence
from typing import NamedTuple

from rapidfuzz import fuzz, process

from finetune.dataset.example import normalise
from finetune.dataset.snapshot import Row, Snapshots

LEAST = 0.5  # likeness; what is less alike says nothing


class Alike(NamedTuple):
    """A row, and how alike the questions are: 1 for the same words in whatever order."""

    row: Row
    ratio: float

    @property
    def question(self) -> str:
        """What was asked last before the answer."""
        return question_of(self.row)


async def nearest(
    snapshots: Snapshots, snapshot_id: str, question: str, limit: int = 5
) -> Sequence[Alike]:
    """The rows with the most alike questions first. NotFound without the snapshot.

    The words are compared, sorted (rapidfuzz's token sort), or letters where there are no spaces.
    """
    return await asyncio.to_thread(_nearest, snapshots, snapshot_id, question, limit)


def _nearest(snapshots: Snapshots, snapshot_id: str, question: str, limit: int) -> list[Alike]:
    snapshot = snapshots.load(snapshot_id)
    rows = (*snapshot.train, *snapshot.validation)
    asked = [normalise(question_of(row)) for row in rows]
    found = process.extract(
        normalise(question),
        asked,
        scorer=fuzz.token_sort_ratio,
        limit=limit,
        score_cutoff=LEAST * 100,
    )
    return [Alike(rows[place], round(score / 100, 3)) for _, score, place in found]


def question_of(row: Row) -> str:
    """The last thing a user said."""
    asked = (each.content for each in reversed(row.messages) if each.role == "user")
    return next(asked, "")
