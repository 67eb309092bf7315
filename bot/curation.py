"""Feedback → Example, or a stated reason why not.

Called by the durable task that follows every vote and correction. Reads all verdicts on a reply,
derives the examples they make, and hands them to `finetune`'s dataset, which redacts,
de-duplicates and settles contradictions.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from bot.domain.conversation import Reply
from bot.domain.feedback import Feedback, Rating, correction_example, thumbs_example
from bot.domain.ports import Roles, Turns, Verdicts
from finetune import Dataset, Example, Message, Source, Status

WAITS = "waits for a curator"
AutoApprove = Literal["never", "curators", "everyone"]


@dataclass(frozen=True)
class NoExample:
    """A user's verdict is no correction to teach (any more), and why.

    `images`: the model saw pictures that are not kept, so that the question is not all there.
    """

    reason: str
    images: bool = False


@dataclass(frozen=True)
class Curation:
    """Keeps the workspace's dataset in line with the verdicts on a reply."""

    turns: Turns
    verdicts: Verdicts
    roles: Roles
    dataset_of: Callable[[str], Dataset]
    auto_approve: AutoApprove

    async def curate(self, team: str, reply_id: str, user: str) -> Example | NoExample:
        """Bring the dataset in line with all verdicts on one reply, after `user` changed theirs.

        Returns what the dataset now holds of this user's correction.
        """
        reply = await self.turns.reply(team, reply_id)
        if reply is None:
            return NoExample("the reply is not stored any more")
        verdicts = await self.verdicts.of_reply(team, reply_id)
        curators = frozenset(
            [v.user for v in verdicts if await self.roles.is_curator(team, v.user)]
        )
        trusted = self._trusted(verdicts, curators)
        dataset = self.dataset_of(team)
        made = {} if reply.images else derive(reply, verdicts, trusted, curators)
        possible = {
            thumbs_example(reply.reply_id),
            *(correction_example(reply.reply_id, v.user) for v in verdicts),
        }
        for example_id in (possible | {correction_example(reply.reply_id, user)}) - made.keys():
            await dataset.withdraw(example_id, "the feedback was changed")
        stored = {made_id: await dataset.submit(example) for made_id, example in made.items()}
        standing = await self.turns.reply(team, reply_id)
        if standing is not None:  # and what came before the question, perhaps with less of it
            if standing.messages != reply.messages:
                await dataset.reprompt({reply_id: standing.messages})
        else:  # forgotten in the meantime
            await dataset.erase_replies({reply_id})
            return NoExample("the reply is not stored any more")
        if reply.images:
            return NoExample("the question came with pictures", images=True)
        return stored.get(correction_example(reply.reply_id, user)) or NoExample(
            "this user corrected nothing"
        )

    def _trusted(self, verdicts: Sequence[Feedback], curators: frozenset[str]) -> frozenset[str]:
        if self.auto_approve == "everyone":
            return frozenset(verdict.user for verdict in verdicts)
        return curators if self.auto_approve == "curators" else frozenset()


def derive(
    reply: Reply,
    verdicts: Sequence[Feedback],
    trusted: frozenset[str],
    curators: frozenset[str] = frozenset(),
) -> dict[str, Example]:
    """The examples that the verdicts on a reply make, by their ids.

    One for each correction, and one for all 👍 together unless a trusted user corrected the reply
    or the asker cut it short: half an answer is nothing to learn.
    `trusted` are the users whose verdict needs no second look, unless the dataset finds something
    suspicious; what one of the `curators` gave says so. Contradictions between examples
    are the dataset's to settle.
    """
    ordered = sorted(verdicts, key=lambda verdict: (verdict.at, verdict.user))
    corrections = [v for v in ordered if v.correction and v.correction.strip() != reply.content]
    ups = [v for v in ordered if v.rating is Rating.UP]
    downs = [v for v in ordered if v.rating is Rating.DOWN]
    made = [_corrected(reply, verdict, trusted) for verdict in corrections]
    whole = not reply.stopped
    if ups and whole and not any(v.user in trusted for v in corrections):
        made.append(_marked_good(reply, ups, trusted, doubted=bool(downs)))
    return {
        example.example_id: example.model_copy(
            update={"by_curator": not curators.isdisjoint(example.authors)}
        )
        for example in made
    }


def _corrected(reply: Reply, verdict: Feedback, trusted: frozenset[str]) -> Example:
    approver = verdict.user if verdict.user in trusted else None
    learnt = Message(role="assistant", content=(verdict.correction or "").strip())
    return Example(
        example_id=correction_example(reply.reply_id, verdict.user),
        messages=(*reply.messages, learnt),
        rejected=reply.content,
        status=Status.APPROVED if approver else Status.PENDING,
        reason="" if approver else WAITS,
        source=Source.CORRECTION,
        thread=reply.thread_id,
        reply_id=reply.reply_id,
        authors=(verdict.user,),
        approved_by=approver,
        fault=verdict.reason,
        note=verdict.note,
        created_at=reply.created_at,
        updated_at=verdict.at,
    )


def _marked_good(
    reply: Reply, ups: Sequence[Feedback], trusted: frozenset[str], *, doubted: bool
) -> Example:
    approver = None if doubted else next((v.user for v in ups if v.user in trusted), None)
    return Example(
        example_id=thumbs_example(reply.reply_id),
        messages=(*reply.messages, Message(role="assistant", content=reply.content)),
        status=Status.APPROVED if approver else Status.PENDING,
        reason="others marked it as bad" if doubted else "" if approver else WAITS,
        source=Source.THUMBS_UP,
        thread=reply.thread_id,
        reply_id=reply.reply_id,
        authors=tuple(v.user for v in ups),
        approved_by=approver,
        created_at=reply.created_at,
        updated_at=ups[-1].at,
    )
