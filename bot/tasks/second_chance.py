"""What an admin does about work that was put aside: have it tried again, or drop it.

Called by App Home and by `bot aside`. Whoever comes second finds it gone; killed between the two
steps, it is queued and still listed, and queued once more it is the same task.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import StrEnum

import structlog

from bot.domain.aside import FOUND_ANEW, Piece, PutAside, Why
from bot.domain.correcting import CorrectingMessage
from bot.domain.ports import Aside, Turns
from bot.tasks.queue import Tasks

log = structlog.get_logger(__name__)


class Outcome(StrEnum):
    """What came of it."""

    QUEUED = "queued"
    DISMISSED = "dismissed"
    GONE = "gone"  # nothing of that id is put aside (any more)
    CANNOT = "cannot"  # there is nothing left to try it with


@dataclass(frozen=True)
class SecondChance:
    """`reread` looks up a message that corrects a reply: its words are not kept with the work."""

    aside: Aside
    turns: Turns
    tasks: Tasks
    reread: Callable[[Piece], Awaitable[CorrectingMessage | None]]

    async def again(self, team: str, aside_id: str) -> Outcome:
        """Queue it anew, once however often this is asked."""
        entry = await self.aside.get(team, aside_id)
        if entry is None or entry.dismissed:
            return Outcome.GONE
        outcome = await self._queue(entry)
        if outcome is not Outcome.CANNOT:
            await self.aside.drop(team, aside_id)
        log.info("aside_again", team=team, aside=aside_id, kind=entry.piece.kind, outcome=outcome)
        return outcome

    async def dismiss(self, team: str, aside_id: str) -> Outcome:
        """Nobody will try it, not even a look that finds it anew, until somebody asks for it."""
        entry = await self.aside.get(team, aside_id)
        there = entry is not None and not entry.dismissed
        if entry is not None and entry.piece.kind in FOUND_ANEW:
            await self.aside.put(entry.model_copy(update={"dismissed": True}))
        else:
            there = await self.aside.drop(team, aside_id)
        log.info("aside_dismissed", team=team, aside=aside_id, there=there)
        return Outcome.DISMISSED if there else Outcome.GONE

    async def _queue(self, entry: PutAside) -> Outcome:
        piece = entry.piece
        if entry.why is Why.UNREADABLE:
            return await self._as_it_was(entry)
        if not self.tasks.knows(piece.kind) or set(piece.arguments) == {"key"}:
            return Outcome.CANNOT
        if piece.kind == "answer":
            return await self._answer(piece)
        if piece.kind == "correct":
            message = await self._reread(piece)
            if message is None:
                return Outcome.CANNOT
            await self.tasks.correct(message)
            return Outcome.QUEUED
        await self.tasks.redo(piece)
        return Outcome.QUEUED

    async def _as_it_was(self, entry: PutAside) -> Outcome:
        """Back into the queue: whoever is there now may be able to read it."""
        if not entry.raw:
            return Outcome.CANNOT
        await self.tasks.put_back(entry.raw)
        return Outcome.QUEUED

    async def _reread(self, piece: Piece) -> CorrectingMessage | None:
        try:
            return await self.reread(piece)
        except ValueError:  # not all is known that it takes to find it
            return None

    async def _answer(self, piece: Piece) -> Outcome:
        """In the place of the apology; a question that was deleted meanwhile stays unanswered."""
        turn_id = str(piece.arguments.get("turn_id", ""))
        if not turn_id:
            return Outcome.CANNOT
        try:
            turn = await self.turns.get(piece.team, turn_id)
            if turn is None or turn.withdrawn:
                return Outcome.GONE
            if (await self.turns.state(turn)).answered:
                turn = turn.model_copy(update={"revision": turn.revision + 1})
                await self.turns.revise(turn)
        except ValueError:  # the record cannot be read: that is why it was put aside
            log.warning("turn_not_read", team=piece.team, turn=turn_id)
            return Outcome.CANNOT
        await self.tasks.answer(turn)
        return Outcome.QUEUED
