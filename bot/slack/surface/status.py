"""The status line under a question: `assistant.threads.setStatus`.

Slack takes it away after two minutes, and when the app posts into the thread: it is said again while
nothing else is, and taken away by us only where it may still stand.
"""

import asyncio
from dataclasses import dataclass, field

import structlog

from bot.domain.conversation import Stage, Turn
from bot.slack.clients import Clients
from bot.slack.people import People
from bot.slack.trouble import TROUBLE
from bot.texts import texts

log = structlog.get_logger(__name__)
REFRESH = 100.0  # seconds; Slack's two minutes less a delay on the way
TIMES = 18  # half an hour: then nobody waits for it any more
Key = tuple[str, str]


@dataclass(frozen=True)
class StatusLine:
    """Trouble on the way is harmless: nobody waits for a status."""

    clients: Clients
    people: People
    refresh: float = REFRESH
    _kept: dict[Key, asyncio.Task[None]] = field(default_factory=dict)

    async def show(self, turn: Turn, stage: Stage | None) -> None:
        """Say it, and go on saying it until something else is said; None: nothing any more."""
        stood = self.gone(turn)
        if stage is None:
            if stood:
                await self._set(turn, "")
            return
        said = texts(await self.people.language(turn.team, turn.user, turn.channel)).chat
        status = str(getattr(said, stage.value))
        self.gone(turn)
        self._kept[_key(turn)] = asyncio.create_task(self._keep(turn, status))
        await self._set(turn, status)

    def gone(self, turn: Turn) -> bool:
        """Slack took it away, since something was posted; whether it stood until then."""
        keeping = self._kept.pop(_key(turn), None)
        if keeping is not None:
            keeping.cancel()
        return keeping is not None

    async def _keep(self, turn: Turn, status: str) -> None:
        for _ in range(TIMES):
            await asyncio.sleep(self.refresh)
            if self._kept.get(_key(turn)) is not asyncio.current_task():
                return  # its cancellation was lost within a call to Redis
            await self._set(turn, status)
        self._kept.pop(_key(turn), None)

    async def _set(self, turn: Turn, status: str) -> None:
        try:
            client = await self.clients.hasty(turn.team)
            await client.assistant_threads_setStatus(
                channel_id=turn.channel, thread_ts=turn.thread_ts, status=status
            )
        except TROUBLE as error:
            log.info("status_not_shown", turn=turn.turn_id, error=str(error))


def _key(turn: Turn) -> Key:
    return turn.team, turn.thread_id
