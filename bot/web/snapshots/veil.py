"""Rows as the pages may show them: what somebody had removed is in a frozen snapshot for good.

Of a stale snapshot, a row is shown only while the dataset holds the same one, word for word.
"""

import asyncio
from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.web.snapshots.shelf import frozen
from finetune import Example, Source
from finetune.bootstrap import Workspace


class Shown(NamedTuple):
    """One row; `row` is None where it is withheld."""

    example_id: str
    side: str
    source: Source
    row: Any  # finetune's Row: messages and rejected

    @property
    def question(self) -> str:
        """The last thing that was asked."""
        asked = [each.content for each in self.row.messages[:-1] if each.role == "user"]
        return asked[-1] if asked else ""

    @property
    def answer(self) -> str:
        """What is taught."""
        return str(self.row.messages[-1].content)

    @property
    def before(self) -> Sequence[Any]:
        """All that was said before the question, and the system prompt."""
        messages = self.row.messages[:-1]
        return messages if len(messages) > 1 else ()


async def shown(
    workspace: Workspace, snapshot_id: str, example_ids: Sequence[str]
) -> dict[str, Shown]:
    """These rows, in this order; ids that are not in the snapshot are left out."""
    kept = await frozen(workspace, snapshot_id)
    ids = [each for each in example_ids if each in kept.places]
    rows = await asyncio.to_thread(kept.rows, ids)
    stale = await asyncio.to_thread(workspace.snapshots.stale, snapshot_id) is not None
    known = await _known(workspace, ids) if stale else {}
    found = {}
    for row in rows:
        place, now = kept.places[row.example_id], known.get(row.example_id)
        open_ = not stale or (now is not None and same(now, row))
        found[row.example_id] = Shown(
            row.example_id, place.side, place.source, row if open_ else None
        )
    return found


async def _known(workspace: Workspace, ids: Sequence[str]) -> dict[str, Example]:
    return {each.example_id: each for each in await workspace.dataset.many(ids)}


def same(example: Example, row: Any) -> bool:
    """Whether the dataset holds the row as it is, word for word."""
    return bool(example.messages == row.messages) and bool(example.rejected == row.rejected)
