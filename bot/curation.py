"""Feedback → Example, or a stated reason why not.

Called by the durable task that follows every vote and correction. Reads all verdicts on a reply,
derives the one example they make together, and hands it to `finetune`'s dataset, which redacts,
de-duplicates and finds conflicts.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.conversation import Reply
from bot.domain.feedback import Feedback, Rating
from bot.domain.ports import Roles, Turns, Verdicts
from finetune import Dataset, Example, Message, Source, Status

AutoApprove = Literal["never", "curators", "everyone"]


@dataclass(frozen=True)
class NoExample:
    """The verdicts teach nothing (any more), and why."""

    reason: str


@dataclass(frozen=True)
class Curation:
    """Turns the verdicts on a reply into at most one example of the workspace's dataset."""

    turns: Turns
    verdicts: Verdicts
    roles: Roles
    dataset_of: Callable[[str], Dataset]
    auto_approve: AutoApprove

    async def curate(self, team: str, reply_id: str) -> Example | NoExample:
        """Bring the dataset in line with all verdicts on one reply."""
        reply = await self.turns.reply(team, reply_id)
        if reply is None:
            return NoExample("the reply is not stored any more")
        verdicts = await self.verdicts.of_reply(team, reply_id)
        trusted = frozenset([v.user for v in verdicts if await self._trusts(team, v.user)])
        dataset = self.dataset_of(team)
        made = derive(reply, verdicts, trusted)
        if isinstance(made, NoExample):
            await dataset.withdraw(example_id(reply), made.reason)
            return made
        return await dataset.submit(made)

    async def _trusts(self, team: str, user: str) -> bool:
        if self.auto_approve == "curators":
            return await self.roles.is_curator(team, user)
        return self.auto_approve == "everyone"


def derive(
    reply: Reply, verdicts: Sequence[Feedback], trusted: frozenset[str]
) -> Example | NoExample:
    """The one example that all verdicts on a reply make together.

    A correction beats votes. Differing corrections, and votes against each other, are pending:
    a curator decides. `trusted` are the users whose verdict needs no second look.
    """
    ordered = sorted(verdicts, key=lambda verdict: (verdict.at, verdict.user))
    corrections = [v for v in ordered if v.correction and v.correction.strip() != reply.content]
    ups = [v for v in ordered if v.rating is Rating.UP]
    downs = [v for v in ordered if v.rating is Rating.DOWN]
    if corrections:
        # Among several, a trusted author's word counts before another's, then the newest.
        chosen = max(corrections, key=lambda v: (v.user in trusted, v.at))
        agreed = {v.correction for v in corrections} == {chosen.correction}
        return _example(
            reply,
            [v for v in corrections if v.correction == chosen.correction],
            trusted,
            answer=(chosen.correction or "").strip(),
            doubt="" if agreed else "several people corrected it differently",
        )
    if not ups:
        return NoExample("nobody marked it as good" if downs else "no feedback left")
    return _example(reply, ups, trusted, answer=None, doubt="others marked it as bad" * bool(downs))


def example_id(reply: Reply) -> str:
    """One reply makes one example, whatever happens to its verdicts."""
    return f"reply-{reply.reply_id}"


def _example(
    reply: Reply,
    verdicts: Sequence[Feedback],
    trusted: frozenset[str],
    *,
    answer: str | None,
    doubt: str,
) -> Example:
    approver = next((v.user for v in verdicts if v.user in trusted), None)
    approved = approver is not None and not doubt
    learnt = Message(role="assistant", content=reply.content if answer is None else answer)
    return Example(
        example_id=example_id(reply),
        messages=(*reply.messages, learnt),
        rejected=None if answer is None else reply.content,
        status=Status.APPROVED if approved else Status.PENDING,
        reason=doubt or ("" if approved else "waits for a curator"),
        source=Source.THUMBS_UP if answer is None else Source.CORRECTION,
        thread=reply.thread_id,
        reply_id=reply.reply_id,
        authors=tuple(v.user for v in verdicts),
        approved_by=approver if approved else None,
        created_at=reply.created_at,
        updated_at=verdicts[-1].at,
    )
