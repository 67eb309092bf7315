"""Which corrections, by whom, the model of a run has learnt, and what it answers to them now.

Read from the run's snapshot, the dataset as it is today, and the evaluation. The bot tells the
authors when the model goes live.
"""

import asyncio
from collections.abc import Sequence

from finetune.dataset.dataset import Dataset
from finetune.dataset.example import Example, Frozen, Message, Source
from finetune.dataset.snapshot import Row, Snapshots
from finetune.errors import NotFound
from finetune.training.run import Run


class Taught(Frozen):
    """One correction that was trained on, of the reply `reply_id`.

    `answer` is the new model's; None if it was not asked.
    """

    example_id: str
    reply_id: str
    authors: tuple[str, ...]
    prompt: tuple[Message, ...]
    question: str
    correction: str
    answer: str | None = None


async def taught(
    run: Run, before: Sequence[Run], dataset: Dataset, snapshots: Snapshots
) -> list[Taught]:
    """What this run learnt that none of the runs `before` it had; empty where nobody knows.

    What was erased or is no correction any more is left out.
    """
    rows = await asyncio.to_thread(_corrections, snapshots, run)
    for earlier in before:
        known = await asyncio.to_thread(_corrections, snapshots, earlier)
        rows = {key: row for key, row in rows.items() if key not in known}
    asked = {} if run.report is None else {case.example_id: case for case in run.report.cases}
    found = []
    for row in rows.values():
        example = await dataset.get(row.example_id)
        if example is None or example.content_key != row.content_key:
            continue
        case = asked.get(row.example_id)
        found.append(_taught(row, example, case.candidate_answer if case else None))
    return [each for each in found if each.authors]


def _corrections(snapshots: Snapshots, run: Run) -> dict[str, Row]:
    """By what they teach."""
    try:
        snapshot = snapshots.load(run.snapshot_id or "")
    except NotFound:
        return {}
    rows = (*snapshot.train, *snapshot.validation)
    return {row.content_key: row for row in rows if row.source is Source.CORRECTION}


def _taught(row: Row, example: Example, answer: str | None) -> Taught:
    votes = [vote for vote in example.votes if vote.source is Source.CORRECTION]
    authors = [author for vote in votes for author in vote.authors]
    return Taught(
        example_id=row.example_id,
        reply_id=example.reply_id or "",
        authors=tuple(dict.fromkeys(authors)),
        prompt=row.messages[:-1],
        question=example.question,
        correction=row.messages[-1].content,
        answer=answer,
    )
