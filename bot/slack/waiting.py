"""Tells people who have waited long that their question is in the queue: by the status of the thread.

Every worker looks once a second whom to tell (`Waiting` in Redis says who waits). The status is
nothing that stays: the answer takes it away, and so do two minutes. Slack allows hundreds of calls
a minute, which answers need as well: whoever was never told comes before who was.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from bot.domain.conversation import Turn
from bot.errors import BotError
from bot.slack.clients import Clients
from bot.slack.people import People
from bot.slack.surface.pace import Pace, wait_of
from bot.slack.trouble import TROUBLE
from bot.texts import texts

log = structlog.get_logger(__name__)
PAUSE = 1.0  # seconds between two looks
PACE = 0.2  # seconds between two calls of one process: half of what Slack allows
CLAIM = 10  # seconds that one worker has to tell it
STANDS = 100  # seconds; Slack's two minutes less a delay on the way


class WaitingTurns(Protocol):
    """Who waits, and who was told. Raises the database's errors."""

    async def due(self) -> list[Turn]:
        """One for each thread whose asker should hear something, the longest unseen first."""
        ...

    async def claim(self, turn: Turn, seconds: int) -> str:
        """For the first who asks about the turn's thread, for so long: whose answer comes next."""
        ...

    async def told(self, turn: Turn, seconds: int, until: str) -> None:
        """It is said there, and stands for so long, or until this turn is answered."""
        ...

    async def waits(self, turn: Turn) -> bool:
        """Whether nothing has been begun about it since."""
        ...

    async def answered(self, turn: Turn) -> bool:
        """Whether nobody works on it either: answered, or forgotten."""
        ...


@dataclass(frozen=True)
class Waiting:
    """Trouble on the way is harmless: the answer comes all the same."""

    turns: WaitingTurns
    clients: Clients
    people: People
    away: Callable[[BaseException], bool]  # of the services behind the bot
    pace: Pace = field(default_factory=lambda: Pace(PACE))

    async def watch(self) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(PAUSE)
            try:
                await self.look()
            except Exception as error:
                if not self.away(error):
                    log.exception("waiting_not_told")

    async def look(self) -> None:
        """Tell some of those who have waited long."""
        for turn in await self.turns.due():
            if not await self.turns.waits(turn) or not self.pace.take(turn.team):
                continue
            if head := await self.turns.claim(turn, CLAIM):
                await self._tell(turn, head)
                await asyncio.sleep(PACE)

    async def _tell(self, turn: Turn, head: str) -> None:
        try:
            language = await self.people.language(turn.team, turn.user, turn.channel)
            await self._set(turn, texts(language).chat.in_the_queue)
            if await self.turns.waits(turn):
                await self.turns.told(turn, STANDS, until=head)
            elif await self.turns.answered(turn):  # meanwhile: nothing else would take it away
                await self._set(turn, "")
        except (*TROUBLE, BotError) as error:
            self.pace.hold(turn.team, wait_of(error) or PAUSE)
            log.info("waiting_not_told", turn=turn.turn_id, error=str(error))

    async def _set(self, turn: Turn, status: str) -> None:
        client = await self.clients.hasty(turn.team)
        await client.assistant_threads_setStatus(
            channel_id=turn.channel, thread_ts=turn.thread_ts, status=status
        )
