"""Forgetting: a turn whose question was deleted, and all that a person who opts out has said.

Called by the listeners (the wish is stored and queued before Slack gets its 200) and by the durable
task, which may be killed anywhere: what is needed to find the rest is erased last. Models that are
trained already stay as they are; snapshots are only marked, and not trained on again.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.domain.conversation import Reply, Turn
from bot.domain.feedback import Rating, correction_example, thumbs_example
from bot.domain.ports import Preferences, TaskQueue, Turns, Verdicts
from finetune import Dataset, Snapshots

log = structlog.get_logger(__name__)
END_OF_TIME = "9999999999.999999"  # later than any message
UNDER_WAY = 1.0  # seconds in which the wish itself is stored
STALE = "somebody asked to have what they said removed"


class Kept(Protocol):
    """What a workspace keeps of its feedback."""

    @property
    def dataset(self) -> Dataset: ...

    @property
    def snapshots(self) -> Snapshots: ...


@dataclass(frozen=True)
class Privacy:
    """Removes for good. Every method may be repeated to the same effect."""

    turns: Turns
    verdicts: Verdicts
    preferences: Preferences
    tasks: TaskQueue
    workspace_of: Callable[[str], Kept]

    async def opt_out(self, team: str, user: str) -> None:
        """Store nothing of this person from now on; what there is, is removed by a durable task."""
        # First the removal: who is killed between the two has removed too much, and sees the button.
        await self.tasks.forget_person(team, user, time.time() + UNDER_WAY)
        await self.preferences.change_person(team, user, opted_out=True)

    async def opt_in(self, team: str, user: str) -> None:
        """Store and learn again, from now on."""
        await self.preferences.change_person(team, user, opted_out=False)

    async def forget_turn(self, team: str, turn_id: str) -> None:
        """Erase a turn, its replies, what people said about them, and the examples made of that."""
        turn = await self.turns.get(team, turn_id)
        if turn is None:
            return
        replies = await self._replies(turn)
        for reply in replies:
            await self._erase_examples(reply)
        await self._mark(team, _made_of(replies))
        await self._unsay(turn, replies)
        for reply in replies:
            shown = await self.verdicts.shown(team, reply.reply_id)
            if shown.ts:
                await self.tasks.cover(team, reply.channel, shown.ts)
            await self.verdicts.forget(team, reply.reply_id)
        await self.turns.forget(team, turn_id)
        log.info("turn_forgotten", team=team, turn=turn_id)

    async def forget_person(self, team: str, user: str, until: float) -> None:
        """Erase the turns this person asked and their verdicts on others' replies up to a time."""
        for turn_id in await self.turns.of_user(team, user):
            if float(turn_id.rpartition(":")[2]) <= until:
                await self.forget_turn(team, turn_id)
        await self.turns.unsay(team, user)
        about = await self.verdicts.of_user(team, user)
        reply_ids = [reply_id for reply_id, at in about.items() if at <= until]
        dataset = self.workspace_of(team).dataset
        for reply_id in reply_ids:
            for example_id in _corrected(reply_id, user):
                await dataset.erase(example_id)
        await dataset.erase_author(user, until)
        made = {e for reply_id in reply_ids for e in _corrected(reply_id, user)}
        made |= {thumbs_example(r) for r in reply_ids if await self._liked(team, r, user)}
        await self._mark(team, made.__contains__)
        for reply_id in reply_ids:
            await self.verdicts.erase(team, reply_id, user)
            await self.tasks.curate(team, reply_id, user)  # what the others said stands
        log.info("person_forgotten", team=team, user=user, replies=len(reply_ids))

    async def _liked(self, team: str, reply_id: str, user: str) -> bool:
        given = await self.verdicts.of_reply(team, reply_id)
        return any(v.user == user and v.rating is Rating.UP for v in given)

    async def _unsay(self, turn: Turn, replies: Sequence[Reply]) -> None:
        """Out of what the model was shown for later questions of the thread, and learnt with them."""
        end = turn.model_copy(update={"ts": END_OF_TIME})
        words = {
            turn.text,
            *(r.content for r in replies),
            *(r.messages[-1].content for r in replies),
        }
        for later, reply in await self.turns.history(end):
            if reply is None or later.ts <= turn.ts:
                continue
            before, question = reply.messages[:-1], reply.messages[-1]
            left = tuple(message for message in before if not _repeats(message.content, words))
            if len(left) < len(before):
                await self._erase_examples(reply)
                await self._mark(turn.team, _made_of([reply]))
                shown = reply.model_copy(update={"messages": (*left, question)})
                await self.turns.save_reply(later, shown)
                await self.tasks.curate(turn.team, reply.reply_id, turn.user)

    async def _replies(self, turn: Turn) -> list[Reply]:
        """To all revisions of the question."""
        asked = [turn.model_copy(update={"revision": n}) for n in range(turn.revision + 1)]
        found = [await self.turns.reply(turn.team, one.reply_id) for one in asked]
        return [reply for reply in found if reply is not None]

    async def _erase_examples(self, reply: Reply) -> None:
        """By their question, and by the ids they were given: both may have changed since."""
        dataset = self.workspace_of(reply.team).dataset
        await dataset.erase_reply(reply.reply_id, reply.messages)
        for verdict in await self.verdicts.of_reply(reply.team, reply.reply_id):
            for example_id in _corrected(reply.reply_id, verdict.user):
                await dataset.erase(example_id)
        await dataset.erase(thumbs_example(reply.reply_id))

    async def _mark(self, team: str, gone: Callable[[str], bool]) -> None:
        snapshots = self.workspace_of(team).snapshots
        await asyncio.to_thread(snapshots.mark_stale_with, gone, STALE)


def _made_of(replies: Sequence[Reply]) -> Callable[[str], bool]:
    """Whether an example's id says that it was made of one of these replies."""
    made = tuple(thumbs_example(reply.reply_id) for reply in replies)
    more = tuple(f"{example_id}-" for example_id in made)
    return lambda example_id: example_id in made or example_id.startswith(more)


def _repeats(said: str, words: set[str]) -> bool:
    """Whether this is one of the texts, as it is or behind the name of who said it."""
    return any(text and (said == text or said.endswith(f": {text}")) for text in words)


def _corrected(reply_id: str, user: str) -> tuple[str, str]:
    """What one user's correction of a reply makes, in their words and in a curator's."""
    made = correction_example(reply_id, user)
    return made, f"{made}-edited"
