"""Takes what somebody said out of the rows of one question, so that nothing of it is kept.

Unlike a vote taken back, which leaves a rejected row behind for the record. Pure functions, applied
by `Dataset` inside one transaction.
"""

from collections.abc import Callable, Container

from finetune.dataset.example import Example, Message, Status, Vote
from finetune.dataset.filters import has_vote, with_votes
from finetune.dataset.settling import settle
from finetune.dataset.store import Rows


def erase(rows: Rows, example_id: str) -> Rows:
    """Without this submission. A row that others stand behind stays, under another's id."""
    return _kept(
        rows,
        lambda vote: vote.example_id == example_id,
        lambda row: row.example_id == example_id,
    )


def erase_replies(rows: Rows, reply_ids: Container[str]) -> Rows:
    """Without everything that was made of these replies."""
    return _kept(
        rows,
        lambda vote: vote.reply_id in reply_ids,
        lambda row: row.reply_id in reply_ids,
    )


def replies(row: Example) -> set[str]:
    """Ids of the replies of which this row was made."""
    made = {vote.reply_id for vote in row.votes} if row.votes else {row.reply_id}
    return {reply_id for reply_id in made if reply_id is not None}


def erase_author(rows: Rows, author: str, until: float) -> Rows:
    """Without what this author alone said up to a time, and without their name under the rest.

    Decisions keep the curator's name: they are about the words of others.
    """
    left = _kept(
        rows,
        lambda vote: vote.authors == (author,) and vote.at <= until,
        lambda row: row.authors == (author,) and row.created_at <= until,
    )
    return settle(tuple(_unnamed(row, author, until) for row in left))


def alone(row: Example, author: str, until: float) -> bool:
    """Whether nobody else stands behind this row, so that it goes with its author."""
    if not row.votes:
        return row.authors == (author,) and row.created_at <= until
    return all(vote.authors == (author,) and vote.at <= until for vote in row.votes)


def reworded(rows: Rows, example_id: str, answer: Message) -> Rows:
    """The row that holds this submission in other letters; votes and rulings stay as they are."""
    return settle(
        tuple(
            row.model_copy(update={"messages": (*row.prompt, answer)})
            if row.example_id == example_id or has_vote(row, example_id)
            else row
            for row in rows
        )
    )


def moved(
    rows: Rows, others: Rows, mine: Callable[[Vote | Example], bool], prompt: tuple[Message, ...]
) -> tuple[Rows, Rows]:
    """What is `mine` leaves `rows` and joins `others`, whose question is `prompt`.

    Votes and rulings stay as they are.
    """
    stay: list[Example] = []
    go = list(others)
    for row in rows:
        going = tuple(vote for vote in row.votes if mine(vote))
        rest = tuple(vote for vote in row.votes if not mine(vote))
        if going or (not row.votes and mine(row)):
            told = row.model_copy(update={"messages": (*prompt, row.messages[-1])})
            go.append(_standing(told, going))
        if rest or not (row.votes or mine(row)):
            stay.append(_standing(row, rest))
    return settle(tuple(stay)), settle(tuple(go))


def _standing(row: Example, votes: tuple[Vote, ...]) -> Example:
    """With these votes only; unchanged if they are all it has."""
    if votes == row.votes:
        return row
    return with_votes(_renamed(row, votes), votes, row.updated_at)


def _kept(rows: Rows, gone: Callable[[Vote], bool], left_over: Callable[[Example], bool]) -> Rows:
    """Rows with the votes that are not `gone`; one without any goes too, if it is `left_over`."""
    kept = []
    for row in rows:
        votes = tuple(vote for vote in row.votes if not gone(vote))
        if votes and len(votes) < len(row.votes):
            kept.append(with_votes(_renamed(row, votes), votes, row.updated_at))
        elif votes or not (row.votes or left_over(row)):
            kept.append(row)
    return settle(tuple(kept))


def _renamed(row: Example, votes: tuple[Vote, ...]) -> Example:
    if any(vote.example_id == row.example_id for vote in votes):
        return row
    return row.model_copy(update={"example_id": votes[0].example_id})


def _unnamed(row: Example, author: str, until: float) -> Example:
    if author not in row.authors:
        return row
    if not row.votes:
        if row.created_at > until:
            return row
        return row.model_copy(update={"authors": _others(row.authors, author)})
    votes = tuple(_left_by(vote, author) if vote.at <= until else vote for vote in row.votes)
    return with_votes(row, votes, row.updated_at)


def _left_by(vote: Vote, author: str) -> Vote:
    """What the other authors said; it waits again if only the erased one was trusted at once."""
    if author not in vote.authors:
        return vote
    update: dict[str, object] = {"authors": _others(vote.authors, author)}
    if vote.approved_by == author:
        update |= {"status": Status.PENDING, "approved_by": None}
    return vote.model_copy(update=update)


def _others(authors: tuple[str, ...], author: str) -> tuple[str, ...]:
    return tuple(name for name in authors if name != author)
