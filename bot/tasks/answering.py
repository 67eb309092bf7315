"""Answer one turn, after those before it in its thread."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

import structlog

from bot.chat import Chat
from bot.domain.aside import Piece, Why
from bot.domain.conversation import Turn
from bot.domain.ports import TakingUp, Turns
from bot.domain.records import TakenUp, TurnRecord
from bot.errors import (
    AnswerBroken,
    BotError,
    SurfaceMistaken,
    SurfaceRefused,
    SurfaceUnavailable,
)
from bot.tasks.trying import SUSPECT

log = structlog.get_logger(__name__)

ATTEMPTS = 5  # times the model is asked before the bot apologises
Read = Callable[[], TurnRecord | None]
PATIENCE = 100.0  # seconds after which a person is told instead of the model being asked again


@dataclass(frozen=True)
class Answering:
    """What the task does it with."""

    chat: Chat
    turns: Turns
    taking_up: TakingUp
    catch_up: Callable[[Turn, Sequence[str]], Awaitable[None]]

    async def take_up(self, piece: Piece, turn_id: str, thread: str) -> TakenUp:
        """The reply that is to be given before this turn's own, or that; see `TakingUp`."""
        thread_id = thread.removeprefix(f"{piece.team}:")
        return await self.taking_up.take_up(piece, turn_id, thread_id, SUSPECT)

    async def answer(self, team: str, turn_id: str, thread: str, read: Read | None = None) -> None:
        """Answer one turn; those before it in its thread have their answers.

        `read` gives what is known of it, where that was asked for just now. A model that stays away is apologised for. While Slack is in trouble, SurfaceUnavailable
        asks for another try later.
        """
        thread_id = thread.removeprefix(f"{team}:")
        known = read() if read else await self.turns.record(team, turn_id, thread_id)
        if known is None:
            log.warning("turn_expired", team=team, turn=turn_id)
            return
        if known.heard:  # what was said after it and delivered before it
            await self.catch_up(known.turn, known.heard)
        try:
            await self._answer(known)
        except SurfaceRefused as error:
            log.warning("answer_not_shown", team=team, turn=turn_id, error=str(error))
            await self.chat.drop(known.turn)

    async def apologise(self, team: str, turn_id: str, thread: str, why: Why) -> bool:
        """Nothing helps: ask the fallback, or say so, once; whether the turn is to be put aside.

        `thread` is how the task names it: all that is known where the record cannot be read.
        """
        try:
            turn = await self.turns.get(team, turn_id)
            if turn is None:
                return False
            if why is Why.FAILS:
                await self.chat.give_up(turn, AnswerBroken())
            else:  # not once more what processes die of
                await self.chat.apologise(turn)
            return await self._unanswered(turn)
        except (SurfaceRefused, SurfaceUnavailable):
            raise
        except Exception:
            log.exception("turn_not_read", team=team, turn=turn_id)
        channel, _, ts = turn_id.rpartition(":")
        thread_ts = thread.rpartition(":")[2]
        place = Turn(team=team, channel=channel, ts=ts, thread_ts=thread_ts, user="", text="")
        await self.chat.apologise_there(place)
        return True

    async def leave(self, team: str, reply_id: str) -> None:
        """It was put aside, with or without a word: those after it in its thread go on."""
        await self.turns.put_aside(team, reply_id)

    async def _answer(self, known: TurnRecord) -> None:
        """Ask again within the task, so that nobody overtakes this turn in its thread."""
        began, trouble, turn = time.monotonic(), BotError(), known.turn
        stands: TurnRecord | None = None if known.heard else known  # catching up took its time
        for attempt in range(ATTEMPTS):
            stands = stands or await self.turns.record(turn.team, turn.turn_id, turn.thread_id)
            if stands is None or stands.turn.revision != turn.revision:
                return None  # deleted, or changed: then it is queued anew
            try:
                return await self.chat.reply(stands)
            except (SurfaceRefused, SurfaceMistaken, SurfaceUnavailable):
                raise
            except BotError as error:
                log.exception("answer_failed", turn=turn.turn_id, attempt=attempt + 1)
                self.chat.metrics.failed("answer", error)
                stands, trouble = None, error
            if time.monotonic() - began > PATIENCE:
                break
            if attempt + 1 < ATTEMPTS:
                await asyncio.sleep(min(2**attempt, 8))
        return await self.chat.give_up(turn, trouble)

    async def _unanswered(self, asked: Turn) -> bool:
        """Whether no model has answered in the end, and the question is still kept."""
        turn = await self.turns.get(asked.team, asked.turn_id)
        return turn is not None and (await self.turns.state(turn)).reply is None
