"""What changed between two snapshots, a page at a time."""

import asyncio
from collections.abc import Mapping, Sequence
from typing import Any, Literal, NamedTuple

from bot.domain.diffing import Piece, compared
from bot.web.snapshots.reading import PAGE, paged
from bot.web.snapshots.shelf import frozen, own, shelf, shelved
from bot.web.snapshots.veil import Shown, shown
from finetune import Change, Comparison, compared_rows
from finetune.bootstrap import Workspace

Kind = Literal["added", "removed", "changed", "moved"]
KINDS: tuple[Kind, ...] = ("added", "removed", "changed", "moved")
KindChosen = Literal["", "added", "removed", "changed", "moved"]
PATH = "/curate/snapshots/compare"


class Changed(NamedTuple):
    """One change with what was and is said; a row that is withheld has no text."""

    change: Change
    one: Shown | None
    other: Shown | None
    question: Sequence[Piece]
    answer: Sequence[Piece]

    @property
    def withheld(self) -> bool:
        """Somebody had one side of it removed."""
        return any(each is not None and each.row is None for each in (self.one, self.other))


async def changes(
    workspace: Workspace, one: str, other: str, kind: KindChosen, offset: int
) -> dict[str, Any]:
    """All of the page. Raises Refused where one of them is no snapshot of this workspace."""
    both = [await own(workspace, each) for each in (one, other)]
    first, second = [await frozen(workspace, each) for each in (one, other)]
    found = await asyncio.to_thread(compared_rows, first.places, second.places)
    chosen: Kind = kind or _most(found)
    some = found.changes[chosen][offset : offset + PAGE]
    query = {"one": one, "other": other, "kind": chosen}
    return {
        "both": await shelved(workspace, both),
        "choices": [
            (each.snapshot_id, each.runs[-1].created_at) for each in await shelf(workspace)
        ],
        "comparison": found,
        "kinds": [(each, len(found.changes[each])) for each in KINDS],
        "kind": chosen,
        "rows": await _told(workspace, one, other, some),
        **paged(PATH, offset, len(found.changes[chosen]), query),
    }


def _most(found: Comparison) -> Kind:
    """The first kind that there is any of."""
    return next((kind for kind in KINDS if found.changes[kind]), "added")


async def _told(
    workspace: Workspace, one: str, other: str, some: Sequence[Change]
) -> list[Changed]:
    ids = [each.example_id for each in some]
    was, is_ = await shown(workspace, one, ids), await shown(workspace, other, ids)
    return await asyncio.to_thread(lambda: [_changed(each, was, is_) for each in some])


def _changed(change: Change, was: Mapping[str, Shown], is_: Mapping[str, Shown]) -> Changed:
    one, other = was.get(change.example_id), is_.get(change.example_id)
    texts = [each for each in (one, other) if each is not None and each.row is not None]
    if change.kind != "changed" or len(texts) < 2:
        return Changed(change, one, other, (), ())
    before, after = texts
    return Changed(
        change,
        one,
        other,
        compared(before.question, after.question),
        compared(before.answer, after.answer),
    )
