"""What a withdrawal takes away: the turns themselves, and what later answers were shown of them.

Pure functions over what is kept. Each reply knows from which turn or person its messages came
(`Reply.sources`); where one from before that was noted does not, equal texts count as the same.
"""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from bot.domain.conversation import Reply, Turn


class Shown(NamedTuple):
    """Somebody else's reply, as it is kept and as it shall be."""

    turn: Turn
    before: Reply
    after: Reply


class Withdrawn(NamedTuple):
    """Turns that go, with the replies to all their revisions; others' replies that stay with less."""

    turns: Sequence[Turn]
    replies: Sequence[Reply]
    shown: Sequence[Shown]


def withdrawn(
    turns: Sequence[Turn], gone: Collection[str], around: Sequence[tuple[Turn, Reply]]
) -> Withdrawn:
    """`gone` are sources; `around` are all the replies in which something of them may stand."""
    ids = {turn.turn_id for turn in turns}
    replies = [reply for turn, reply in around if turn.turn_id in ids]
    shown = [
        Shown(turn, reply, _less(turn, reply, gone, turns, replies))
        for turn, reply in around
        if turn.turn_id not in ids
    ]
    return Withdrawn(turns, replies, [one for one in shown if one.before != one.after])


def _less(
    turn: Turn,
    reply: Reply,
    gone: Collection[str],
    turns: Sequence[Turn],
    replies: Sequence[Reply],
) -> Reply:
    if reply.sources:
        return reply.without(gone)
    before = {t.turn_id: t for t in turns if t.thread_id == turn.thread_id and t.ts < turn.ts}
    own = [past for past in replies if past.turn_id in before]
    words = {
        *(t.text for t in before.values()),
        *(past.content for past in own),
        *(past.messages[-1].content for past in own),
    }
    *said, question = reply.messages
    left = [message for message in said if not _repeats(message.content, words)]
    return reply.model_copy(update={"messages": (*left, question)})


def _repeats(said: str, words: set[str]) -> bool:
    """Whether this is one of the texts, as it is or behind the name of who said it."""
    return any(text and (said == text or said.endswith(f": {text}")) for text in words)
