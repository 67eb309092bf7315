"""Which rows of one question hold: status and reason of each, from its votes and rulings. Pure."""

from collections.abc import Iterator
from typing import NamedTuple

from finetune.dataset.example import Example, Source, Status, Vote
from finetune.dataset.store import Rows


def settle(rows: Rows) -> Rows:
    """Derive every status: later approved corrections win, disagreement waits for a curator."""
    standing = {row.example_id: standing_of(row) for row in rows}
    approved = [row for row in rows if standing[row.example_id] is Status.APPROVED]
    authority, superseded = _authority(approved)
    return tuple(
        _settled(row, standing[row.example_id], authority, superseded.get(row.example_id))
        for row in rows
    )


class _Claim(NamedTuple):
    """Somebody trusted says at a time that this row's answer holds."""

    at: float
    row: Example
    by: frozenset[str]
    ruled: bool


def _authority(approved: list[Example]) -> tuple[Example | None, dict[str, str]]:
    """The row whose answer holds for this question, and who superseded whom on the way there.

    A curator's ruling always prevails, a correction over what is none, and somebody's later
    correction over their own earlier one, unless others stand behind that too.
    """
    holds: Example | None = None
    behind: frozenset[str] = frozenset()
    superseded: dict[str, str] = {}
    claims = [claim for row in approved for claim in _claims(row)]
    # Never by ids: which one names a row depends on who came first.
    for claim in sorted(claims, key=lambda c: (c.at, c.row.content_key, sorted(c.by))):
        row = claim.row
        if holds is None or holds is row:
            holds, behind = row, behind | claim.by
        elif claim.ruled or holds.source is not Source.CORRECTION or behind <= claim.by:
            superseded[holds.example_id] = row.example_id
            superseded.pop(row.example_id, None)
            holds, behind = row, claim.by
        else:
            behind -= claim.by  # who says otherwise now does not stand behind it any more
    return holds, superseded


def _claims(row: Example) -> Iterator[_Claim]:
    if row.ruling is not None and row.ruling.approved:
        yield _Claim(row.ruling.at, row, frozenset({row.ruling.by}), ruled=True)
    for cast in row.votes:
        if cast.status is Status.APPROVED and cast.source is Source.CORRECTION:
            yield _Claim(cast.at, row, frozenset(cast.authors), ruled=False)


def _settled(
    row: Example, standing: Status, authority: Example | None, loser_to: str | None
) -> Example:
    status, reason = standing, _own_reason(row)
    disagrees = authority is not None and not agree(authority, row)
    if standing is Status.REJECTED:
        pass
    elif loser_to is not None:
        status, reason = Status.REJECTED, f"superseded by {loser_to}"
    elif disagrees and authority is not None:
        status, reason = _against(row, standing, authority)
    if (status, reason) == (row.status, row.reason):
        return row
    return row.model_copy(update={"status": status, "reason": reason})


def _against(row: Example, standing: Status, authority: Example) -> tuple[Status, str]:
    """A row that disagrees with the answer that holds."""
    if row.source is Source.CORRECTION:
        return Status.PENDING, f"conflicts with {authority.example_id}"
    if standing is Status.PENDING or latest(row) > _since(authority):
        return Status.PENDING, "conflicts with a correction"
    return Status.REJECTED, f"superseded by {authority.example_id}"


def standing_of(row: Example) -> Status:
    """What the row would be if no other row answered the same question."""
    if row.ruling is not None:
        return Status.APPROVED if row.ruling.approved else Status.REJECTED
    cast = {vote.status for vote in row.votes}
    for status in (Status.APPROVED, Status.PENDING):
        if status in cast:
            return status
    return Status.REJECTED


def _own_reason(row: Example) -> str:
    if row.ruling is None:
        lead = next((vote for vote in row.votes if vote.status is standing_of(row)), None)
        return lead.reason if lead else ""
    if row.ruling.approved or not row.ruling.by:
        return row.ruling.reason
    return ": ".join(part for part in (f"rejected by {row.ruling.by}", row.ruling.reason) if part)


def _since(row: Example) -> float:
    """When the row began to count: the ruling, else its first trusted vote."""
    if row.ruling is not None:
        return row.ruling.at
    trusted = [v.at for v in row.votes if v.status is Status.APPROVED and _leads(row, v)]
    return min(trusted, default=row.created_at)


def _leads(row: Example, cast: Vote) -> bool:
    """A row that became a correction counts as one from its first correcting vote."""
    return row.source is not Source.CORRECTION or cast.source is Source.CORRECTION


def latest(row: Example) -> float:
    """When its last vote was given, in seconds."""
    return max((vote.at for vote in row.votes), default=row.created_at)


def agree(one: Example, other: Example) -> bool:
    """Whether they teach the same: a correction of the form alone contradicts what it corrects."""
    if one.answer == other.answer:
        return one.content_key == other.content_key
    refused = _refused(one, other.answer) or _refused(other, one.answer)
    return one.content_key == other.content_key and not refused


def _refused(row: Example, answer: str) -> bool:
    """Whether this is, to the letter, what the row corrects."""
    return row.rejected == answer or any(vote.rejected == answer for vote in row.votes)
