"""Takes a curator's ruling back, as if it had not been given. Pure functions over one question's rows.

Only the last ruling, by who gave it, about what has not changed since: what came after would be
undone with it. What an edit added goes, and the row that it refused waits again.
"""

from finetune.dataset.erasing import erase
from finetune.dataset.example import EDITED, Example, Ruling
from finetune.dataset.filters import has_vote, with_votes
from finetune.dataset.settling import settle
from finetune.dataset.store import Rows
from finetune.errors import NotFound, Overtaken


def original(example_id: str) -> str:
    """The id of the row that an edit's id was made of."""
    return example_id.removesuffix(f"-{EDITED}")


def edit_of(example_id: str) -> str:
    """The id of the submission by which a curator words a row anew."""
    return f"{original(example_id)}-{EDITED}"


def reopen(rows: Rows, example_id: str, by: str, seen: str | None, now: float) -> Rows:
    """Without the ruling on the row that holds this id, or on the one that it was an edit of.

    Unchanged where there is none (any more). Raises NotFound, and Overtaken when the ruling is
    somebody else's, or the row's look is not `seen`.
    """
    row, edited = _meant(rows, example_id)
    if row.ruling is None:
        return rows
    looks = {row.look} if edited is None else {row.look, edited.look}
    if row.ruling.by != by or not row.votes or (seen is not None and seen not in looks):
        raise _overtaken(example_id)
    if not row.reworded:
        return settle(tuple(_open(one, now) if one is row else one for one in rows))
    if edited is None or not _untouched(edited, edit_of(row.example_id), row.ruling):
        raise _overtaken(example_id)
    both = (row, edited) if _ruled_at(edited, row.ruling.at) else (row,)
    opened = (_open(one, now) if any(one is of for of in both) else one for one in rows)
    return erase(tuple(opened), edit_of(row.example_id))


def opened(rows: Rows, example_id: str) -> Example:
    """The row that holds this id, else the one that it was an edit of. Raises NotFound."""
    row = _holding(rows, example_id) or _holding(rows, original(example_id))
    if row is None:
        raise NotFound(f"no example {example_id} in this workspace")
    return row


def edited_so(rows: Rows, example_id: str, edited: Example) -> bool:
    """Whether the same curator has worded the row like this already."""
    row, made = _holding(rows, example_id), _holding(rows, edited.example_id)
    if row is None or made is None or row.ruling is None or not row.reworded:
        return False
    return row.ruling.by == edited.edited_by and made.answer == edited.answer


def _meant(rows: Rows, example_id: str) -> tuple[Example, Example | None]:
    """The row to open, and the one that is taught in its place if it was reworded."""
    holder = _holding(rows, example_id)
    before = _holding(rows, _merged(holder) or original(example_id))
    row = before if before is not None and _edited_last(before, holder) else holder or before
    if row is None:
        raise NotFound(f"no example {example_id} in this workspace")
    return row, _holding(rows, edit_of(row.example_id)) if row.reworded else None


def _merged(holder: Example | None) -> str:
    """The id of the row by whose edit, which says the same as this row, this one was decided."""
    ruling = None if holder is None else holder.ruling
    if holder is None or ruling is None:
        return ""
    edits = (v for v in holder.votes if (v.edited_by, v.at) == (ruling.by, ruling.at))
    return next((original(v.example_id) for v in edits), "")


def _edited_last(before: Example, holder: Example | None) -> bool:
    """Whether the edit is the last that was decided about the row that it made."""
    if before.ruling is None or not before.reworded:
        return False
    ruling = None if holder is None else holder.ruling
    return ruling is None or ruling.at <= before.ruling.at


def _holding(rows: Rows, example_id: str) -> Example | None:
    mine = (row for row in rows if row.example_id == example_id or has_vote(row, example_id))
    return next(mine, None)


def _open(row: Example, now: float) -> Example:
    without = row.model_copy(update={"ruling": None})
    return with_votes(without, row.votes, now)


def _untouched(edited: Example, vote_id: str, act: Ruling) -> bool:
    """Whether the submission is this edit's, and nobody has decided about its row since."""
    mine = any(vote.example_id == vote_id and vote.at == act.at for vote in edited.votes)
    ruling = edited.ruling
    return mine and ruling is not None and (ruling.at < act.at or ruling == _yes(act))


def _yes(act: Ruling) -> Ruling:
    return Ruling(approved=True, by=act.by, at=act.at)


def _ruled_at(row: Example, at: float) -> bool:
    return row.ruling is not None and row.ruling.at == at


def _overtaken(example_id: str) -> Overtaken:
    return Overtaken(f"example {example_id} was decided or changed by somebody else")
