"""Forgetting: a turn whose question was deleted, and all that a person who opts out has said.

Called by the listeners (the wish is stored and queued before Slack gets its 200) and by the durable
task, which may be killed anywhere: what is needed to find the rest is erased last. Models that are
trained already stay as they are; snapshots are only marked, and not trained on again.
"""

import asyncio
import time
from collections.abc import Callable, Container, Sequence
from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.domain.conversation import Reply, Turn
from bot.domain.feedback import thumbs_example
from bot.domain.ports import Aside, Preferences, TaskQueue, Turns, Verdicts
from bot.forgetting import Withdrawn, withdrawn
from finetune import Dataset, SearchIndex, Snapshots

log = structlog.get_logger(__name__)
UNDER_WAY = 1.0  # seconds in which the wish itself is stored
SEARCHABLE = 60.0  # … for what was erased to leave the searchable copy; the sweep does the rest
STALE = "somebody asked to have what they said removed"


class Kept(Protocol):
    """What a workspace keeps of its feedback."""

    @property
    def dataset(self) -> Dataset: ...

    @property
    def snapshots(self) -> Snapshots: ...

    @property
    def search(self) -> SearchIndex: ...


@dataclass(frozen=True)
class Privacy:
    """Removes for good. Every method may be repeated to the same effect."""

    turns: Turns
    verdicts: Verdicts
    preferences: Preferences
    tasks: TaskQueue
    workspace_of: Callable[[str], Kept]
    aside: Aside

    async def opt_out(self, team: str, user: str) -> None:
        """Store nothing of this person from now on; what there is, is removed by a durable task."""
        # First the removal: who is killed between the two has removed too much, and sees the button.
        await self.tasks.forget_person(team, user, time.time() + UNDER_WAY)
        await self.preferences.change_person(team, user, opted_out=True, opted_out_at=time.time())

    async def opt_in(self, team: str, user: str) -> None:
        """Store and learn again, from now on."""
        await self.preferences.change_person(team, user, opted_out=False)

    async def forget_turn(self, team: str, turn_id: str) -> None:
        """Erase a turn, its replies, what people said about them, and the examples made of that."""
        turn = await self.turns.get(team, turn_id)
        if turn is not None:
            await self.turns.forgetting(team, [turn_id])
            around = await self.turns.replies(team, turn.thread_id)
            await self._forget(team, withdrawn([turn], [turn_id], around))

    async def forget_person(self, team: str, user: str, until: float) -> None:
        """Erase the turns this person asked and their verdicts on others' replies up to a time.

        A question that is still to be answered stays until it is.
        """
        turns = await self._answered(team, user, until)
        gone = [f"@{user}", *(turn.turn_id for turn in turns)]
        await self.turns.forgetting(team, gone)
        dataset = self.workspace_of(team).dataset
        alone = await dataset.only_of(user, until)
        everything = await self.turns.replies(team)
        await self._forget(team, withdrawn(turns, gone, everything), alone)
        await self.turns.unsay(team, user)
        await self.aside.forget(team, {user})
        await dataset.erase_author(user, until)
        about = await self.verdicts.of_user(team, user)
        reply_ids = [reply_id for reply_id, at in about.items() if at <= until]
        for reply_id in reply_ids:
            await self.verdicts.silence(team, reply_id, user)
            await self.tasks.curate(team, reply_id, user)  # what the others said stands
            await self.verdicts.erase(team, reply_id, user)
        await self.workspace_of(team).search.forget(SEARCHABLE)
        log.info("person_forgotten", team=team, user=user, replies=len(reply_ids))

    async def _answered(self, team: str, user: str, until: float) -> list[Turn]:
        ids = await self.turns.of_user(team, user)
        past = [turn_id for turn_id in ids if float(turn_id.rpartition(":")[2]) <= until]
        turns = [await self.turns.get(team, turn_id) for turn_id in past]
        return [t for t in turns if t is not None and (await self.turns.state(t)).answered]

    async def _forget(
        self, team: str, what: Withdrawn, alone: Container[str] = frozenset()
    ) -> None:
        """Examples first, turns last: until then, a killed removal finds all of it again.

        `alone`: ids of examples that will be erased with their author.
        """
        dataset = self.workspace_of(team).dataset
        if what.replies:
            await dataset.erase_replies({reply.reply_id for reply in what.replies})
        await dataset.reprompt({after.reply_id: after.messages for _, _, after in what.shown})
        made = _made_of([*what.replies, *(before for _, before, _ in what.shown)])
        await self._mark(team, lambda example_id: example_id in alone or made(example_id))
        for turn, _, after in what.shown:
            await self.turns.rewrite(turn, after)
        for reply in what.replies:
            await self._forget_reply(team, reply)
        ids = {turn.turn_id for turn in what.turns}
        await self.aside.forget(team, ids)
        for turn in what.turns:
            await self.turns.forget(team, turn.turn_id)
            log.info("turn_forgotten", team=team, turn=turn.turn_id)

    async def _forget_reply(self, team: str, reply: Reply) -> None:
        shown = await self.verdicts.shown(team, reply.reply_id)
        if shown.ts:
            await self.tasks.cover(team, reply.channel, shown.ts)
        for copy in await self.verdicts.copies(team, reply.reply_id):
            await self.forget_turn(team, copy)
        await self.verdicts.forget(team, reply.reply_id)

    async def _mark(self, team: str, gone: Callable[[str], bool]) -> None:
        snapshots = self.workspace_of(team).snapshots
        await asyncio.to_thread(snapshots.mark_stale_with, gone, STALE)


def _made_of(replies: Sequence[Reply]) -> Callable[[str], bool]:
    """Whether an example's id says that it was made of one of these replies."""
    made = tuple(thumbs_example(reply.reply_id) for reply in replies)
    more = tuple(f"{example_id}-" for example_id in made)
    return lambda example_id: example_id in made or example_id.startswith(more)
