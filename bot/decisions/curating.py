"""What curators decide about examples.

`seen` is the `look` of what they saw: nobody decides twice, nor about what has changed meanwhile.
Everything raises NotAllowed for whoever is no curator (any more), NotFound, and Overtaken.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import structlog

from bot.decisions.who import Who, Workspace
from bot.domain.ports import Roles, TaskQueue, Turns
from bot.errors import NotAllowed
from finetune import Example, InputError, NotFound, Overtaken

log = structlog.get_logger(__name__)
MOST = 200  # examples that are decided about at once
Verdict = Literal["approve", "reject", "undo"]


class Outcome(NamedTuple):
    """Ids of what was decided now, of what somebody else was sooner with, and of what is gone."""

    done: tuple[str, ...] = ()
    overtaken: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


@dataclass(frozen=True)
class Curating:
    """Wired once. Where a channel wants to see corrections, it sees these decisions."""

    roles: Roles
    turns: Turns
    tasks: TaskQueue
    workspace: Callable[[str], Workspace]

    async def check(self, who: Who, about: str) -> None:
        """Raises NotAllowed for whoever is no curator now, whatever a page once offered."""
        if not await self.roles.is_curator(who.team, who.user):
            log.warning("not_a_curator", team=who.team, user=who.user, review=about)
            raise NotAllowed(f"{who.user} is no curator")

    async def approve(self, who: Who, example_id: str, seen: str) -> Example:
        """It is taught, and what disagrees with it is not."""
        await self.check(who, "approve")
        return await self._ruled(who, "approve", example_id, seen)

    async def reject(self, who: Who, example_id: str, seen: str, reason: str = "") -> Example:
        """It is not taught."""
        await self.check(who, "reject")
        return await self._ruled(who, "reject", example_id, seen, reason)

    async def edit(self, who: Who, example_id: str, answer: str, seen: str) -> Example:
        """Another answer is taught in its place; returns the row that teaches it."""
        await self.check(who, "edit")
        dataset = self.workspace(who.team).dataset
        try:
            example = await dataset.edit(example_id, answer, who.user, seen)
        except Overtaken:
            before = await dataset.get(example_id)
            if before is None or before.answer != answer.strip():
                raise
            if not _decided(before, who.user, "approve", seen):
                raise
            return before
        await self._reveal(who.team, example)
        return example

    async def undo(self, who: Who, example_id: str, seen: str) -> Example:
        """Take back one's own last decision: it waits again, or is what its votes make of it."""
        await self.check(who, "undo")
        return await self._ruled(who, "undo", example_id, seen)

    async def many(self, who: Who, verdict: Verdict, chosen: Sequence[tuple[str, str]]) -> Outcome:
        """The same about several, each by its id and `seen`. InputError above MOST."""
        await self.check(who, verdict)
        if len(chosen) > MOST:
            raise InputError(f"at most {MOST} examples are decided about at once")
        done, overtaken, missing = [], [], []
        for example_id, seen in dict(chosen).items():
            try:
                await self._ruled(who, verdict, example_id, seen)
                done.append(example_id)
            except Overtaken:
                overtaken.append(example_id)
            except NotFound:
                missing.append(example_id)
        return Outcome(tuple(done), tuple(overtaken), tuple(missing))

    async def _ruled(
        self, who: Who, verdict: Verdict, example_id: str, seen: str, reason: str = ""
    ) -> Example:
        dataset = self.workspace(who.team).dataset
        try:
            if verdict == "approve":
                example = await dataset.approve(example_id, who.user, seen)
            elif verdict == "reject":
                example = await dataset.reject(example_id, who.user, reason, seen)
            else:
                example = await dataset.reopen(example_id, who.user, seen)
        except Overtaken:
            before = await dataset.get(example_id)
            if before is None or not _decided(before, who.user, verdict, seen):
                raise
            return before
        await self._reveal(who.team, example)
        return example

    async def _reveal(self, team: str, example: Example) -> None:
        reply = await self.turns.reply(team, example.reply_id) if example.reply_id else None
        if reply is not None:
            await self.tasks.reveal(reply)


def _decided(example: Example, user: str, verdict: Verdict, seen: str) -> bool:
    """Clicked twice: this is what the same curator has decided already."""
    ruling = example.ruling
    if ruling is None or example.look != seen or ruling.by != user or example.reworded:
        return False
    return ruling.approved is (verdict == "approve") and verdict != "undo"
