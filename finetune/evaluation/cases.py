"""Chooses what both models are asked, from the snapshot that the candidate was trained on.

All corrections, all of the validation side, and a stable sample of the other trained rows.
"""

from typing import Literal

from finetune.dataset.example import Frozen, Message, Source, digest
from finetune.dataset.snapshot import Row, Snapshot

SEEN_SAMPLE = 60


class Case(Frozen):
    """One question with the answer that is wanted."""

    example_id: str
    group: Literal["corrected", "held_out", "seen"]
    messages: tuple[Message, ...]
    wanted: str
    rejected: str | None = None

    @property
    def question(self) -> str:
        """The last thing the user said."""
        return next((m.content for m in reversed(self.messages) if m.role == "user"), "")


def choose(snapshot: Snapshot, sample: int = SEEN_SAMPLE) -> tuple[Case, ...]:
    """The cases of one snapshot; the same ones whenever it is asked."""
    corrected = [row for row in snapshot.train if row.source is Source.CORRECTION]
    others = [row for row in snapshot.train if row.source is not Source.CORRECTION]
    seen = sorted(others, key=lambda row: digest(row.content_key))[:sample]
    return (
        *(_case(row, "corrected") for row in corrected),
        *(_case(row, "held_out") for row in snapshot.validation),
        *(_case(row, "seen") for row in seen),
    )


def _case(row: Row, group: Literal["corrected", "held_out", "seen"]) -> Case:
    return Case(
        example_id=row.example_id,
        group=group,
        messages=row.messages[:-1],
        wanted=row.messages[-1].content,
        rejected=row.rejected,
    )
