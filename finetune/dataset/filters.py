"""Decides which examples of one question are taught: exact duplicates merge, conflicts are settled.

Pure functions over the rows of one question (same `prompt_key`); `Dataset` applies them inside one
transaction. Status and reason are always derived anew from votes and rulings (`settling.py`), so that
the order in which Slack delivered them does not matter and taking a vote back undoes all that it did.
"""

from finetune.dataset.example import Example, Ruling, Source, Status, Vote
from finetune.dataset.settling import agree, latest, settle, standing_of
from finetune.dataset.store import Rows


def vote(rows: Rows, example: Example) -> Rows:
    """Add one submission; the same one again changes nothing, a changed one replaces the old."""
    cast = _vote_of(example)
    for row in rows:
        if repeats(row, example):
            known = next(v for v in row.votes if v.example_id == cast.example_id)
            # In its place: a curator's ruling on the row stays in force.
            same = _same(known, cast) and row.answer == example.answer
            return settle(rows if same else _recast(rows, row, cast, example))
    rows = unvote(rows, example.example_id, "replaced", example.updated_at)
    twin = next((row for row in rows if _takes_vote(row, example)), None)
    if twin is None:
        fresh = example.model_copy(update={"votes": (cast,), "ruling": None})
        return settle((*(row for row in rows if row.example_id != example.example_id), fresh))
    merged = with_votes(_worded(twin, example), (*twin.votes, cast), example.updated_at)
    return settle(_replaced(rows, twin, merged))


def unvote(rows: Rows, example_id: str, reason: str, now: float) -> Rows:
    """Take one submission back. A row that others also voted for stays, under another's id."""
    kept: list[Example] = []
    for row in rows:
        if not has_vote(row, example_id):
            kept.append(row)
            continue
        votes = tuple(v for v in row.votes if v.example_id != example_id)
        if votes and row.example_id == example_id:
            row = row.model_copy(update={"example_id": votes[0].example_id})  # noqa: PLW2901 - derived
        kept.append(with_votes(row, votes, now) if votes else _left(row, reason, now))
    return settle(tuple(kept))


def rule(rows: Rows, example_id: str, ruling: Ruling) -> Rows:
    """Record a curator's decision about the row that holds this id."""
    changed = (
        _ruled(row, ruling) if row.example_id == example_id or has_vote(row, example_id) else row
        for row in rows
    )
    return settle(tuple(changed))


def _ruled(row: Example, ruling: Ruling) -> Example:
    in_force = row.ruling is not None and row.ruling.approved is ruling.approved
    if in_force and row.status is (Status.APPROVED if ruling.approved else Status.REJECTED):
        return row
    approved_by = ruling.by if ruling.approved else row.approved_by
    update = {"ruling": ruling, "approved_by": approved_by, "updated_at": ruling.at}
    return row.model_copy(update=update)


def _left(row: Example, reason: str, now: float) -> Example:
    """A row without votes. A curator's no outlives the vote, so that voting again is no way round."""
    refused = row.ruling is not None and not row.ruling.approved
    ruling = row.ruling if refused else Ruling(approved=False, by="", reason=reason, at=now)
    return row.model_copy(update={"votes": (), "ruling": ruling, "updated_at": now})


def with_votes(row: Example, votes: tuple[Vote, ...], now: float) -> Example:
    """The row as its votes make it: a correction among them makes it a correction."""
    lead = min(votes, key=lambda v: (v.source is not Source.CORRECTION, v.at, v.example_id))
    authors = tuple(dict.fromkeys(author for v in votes for author in v.authors))
    trusted = next((v.approved_by for v in votes if v.approved_by), None)
    return row.model_copy(
        update={
            "votes": votes,
            "authors": authors,
            "source": lead.source,
            "rejected": lead.rejected,
            "thread": lead.thread,
            "reply_id": lead.reply_id,
            "approved_by": row.ruling.by if row.ruling and row.ruling.approved else trusted,
            "edited_by": lead.edited_by,
            "fault": lead.fault,
            "note": lead.note,
            "flags": tuple(dict.fromkeys(flag for v in votes for flag in v.flags)),
            "by_curator": any(v.by_curator for v in votes),
            "updated_at": max(now, row.updated_at),
        }
    )


def _vote_of(example: Example) -> Vote:
    return Vote(
        example_id=example.example_id,
        source=example.source,
        status=example.status,
        reason=example.reason,
        rejected=example.rejected,
        thread=example.thread,
        reply_id=example.reply_id,
        authors=example.authors,
        approved_by=example.approved_by,
        edited_by=example.edited_by,
        fault=example.fault,
        note=example.note,
        flags=example.flags,
        by_curator=example.by_curator,
        at=example.updated_at,
    )


def _takes_vote(row: Example, example: Example) -> bool:
    """A twin takes it; one that a curator refused takes back only its own vote."""
    if not agree(row, example) or _unlooked(row, example):
        return False
    own = row.example_id == example.example_id and row.ruling is not None and bool(row.ruling.by)
    return own or standing_of(row) is not Status.REJECTED


def repeats(row: Example, example: Example) -> bool:
    """Whether a submission is known in this row and still belongs there."""
    known = has_vote(row, example.example_id) and row.content_key == example.content_key
    return known and not _unlooked(row, example)


def _unlooked(row: Example, example: Example) -> bool:
    """Whether together letters would be taught that nobody trusted has seen: they stay apart.

    A yes is about the letters that were seen; others wait, however alike they are.
    """
    if row.answer == example.answer:
        return False
    corrects = example.source is Source.CORRECTION
    if row.ruling is not None:
        return row.ruling.approved and corrects
    others = [vote.status for vote in _of_others(row, example)]
    if Status.APPROVED in others:
        return corrects and example.status is not Status.APPROVED
    return bool(others) and example.status is Status.APPROVED


def _worded(row: Example, example: Example) -> Example:
    """A later correction that differs in form only brings its own wording, if nobody ruled."""
    later = example.source is Source.CORRECTION and example.updated_at >= latest(row)
    if row.ruling is not None or (not later and _of_others(row, example)):
        return row
    if row.answer == example.answer:
        return row
    return row.model_copy(update={"messages": example.messages})


def _of_others(row: Example, example: Example) -> list[Vote]:
    return [vote for vote in row.votes if vote.example_id != example.example_id]


def _recast(rows: Rows, row: Example, cast: Vote, example: Example) -> Rows:
    votes = tuple(cast if v.example_id == cast.example_id else v for v in row.votes)
    return _replaced(rows, row, with_votes(_worded(row, example), votes, cast.at))


def _replaced(rows: Rows, old: Example, new: Example) -> Rows:
    return tuple(new if row is old else row for row in rows)


def has_vote(row: Example, example_id: str) -> bool:
    """Whether this submission stands behind the row."""
    return any(vote.example_id == example_id for vote in row.votes)


def _same(one: Vote, other: Vote) -> bool:
    """Whether the later one only repeats the earlier."""
    return one == other.model_copy(update={"at": one.at})
