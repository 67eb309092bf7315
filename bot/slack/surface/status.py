"""The status line under a question: `assistant.threads.setStatus`.

Slack takes it away after two minutes, and when the app posts into the thread: it is said again while
nothing else is, and taken away by us only where it may still stand. Nobody waits for it to be said.
"""

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

import structlog

from bot.domain.conversation import Stage, Turn
from bot.slack.clients import Clients
from bot.slack.people import People
from bot.slack.trouble import TROUBLE
from bot.texts import texts

log = structlog.get_logger(__name__)
SOON = 0.1  # seconds; where the text follows at once, nothing is said before it
REFRESH = 100.0  # seconds; Slack's two minutes less a delay on the way
TIMES = 18  # half an hour: then nobody waits for it any more


@dataclass
class Line:
    """What shall stand under a question, and what does as far as we know; one call at a time.

    It is kept from `SOON` on; what is wanted and gone before was never said.
    """

    turn: Turn
    wanted: Stage | None
    soon: asyncio.TimerHandle | None = None
    stands: Stage | None = None
    telling: bool = False  # Slack, right now
    told: float = 0.0  # when that was last over; monotonic seconds
    news: asyncio.Event = field(default_factory=asyncio.Event)
    settled: asyncio.Event = field(default_factory=asyncio.Event)
    keeping: asyncio.Task[None] | None = None
    worker: asyncio.Task[Any] | None = None  # who wants it

    def want(self, turn: Turn, stage: Stage | None) -> asyncio.Event:
        """What is set once this is so, or something else is wanted."""
        self.settled.set()
        self.settled = asyncio.Event()
        if stage is not self.wanted:
            self.news.set()
        self.turn, self.wanted = turn, stage
        return self.settled

    @property
    def left(self) -> bool:
        """Whether who wanted it failed: another process may have answered by now."""
        return self.worker is not None and self.worker.done()


@dataclass(frozen=True)
class StatusLine:
    """The lines of all threads. Trouble on the way is harmless: the answer comes all the same."""

    clients: Clients
    people: People
    refresh: float = REFRESH
    _lines: dict[tuple[str, str], Line] = field(default_factory=dict)

    async def show(self, turn: Turn, stage: Stage | None) -> None:
        """Say it soon, and go on saying it until something else is said.

        None: nothing any more, and nothing stands by then.
        """
        line = self._lines.get(_key(turn))
        if line is None:
            if stage is not None:
                line = self._lines[_key(turn)] = Line(turn, stage)
                line.worker = asyncio.current_task()
                line.soon = asyncio.get_running_loop().call_later(SOON, self._begin, line)
            return
        line.worker = asyncio.current_task()
        if stage is None and line.keeping is None:
            line.stands = line.wanted  # others may have said something, which we take away
            self._begin(line)
        settled = line.want(turn, stage)
        if stage is None:
            await settled.wait()

    def gone(self, turn: Turn, since: float) -> None:
        """Slack took it away, since something was posted; the call for that began at `since`.

        What was said meanwhile may have come after it: that is taken away by us.
        """
        if (line := self._lines.get(_key(turn))) is not None:
            line.want(turn, None)
            if line.keeping is None:
                self._end(line)
            elif not line.telling and line.told < since:
                line.stands = None

    def _begin(self, line: Line) -> None:
        if line.soon is not None:
            line.soon.cancel()
        line.keeping = asyncio.create_task(self._keep(line))

    def _end(self, line: Line) -> None:
        if line.soon is not None:
            line.soon.cancel()
        del self._lines[_key(line.turn)]
        line.settled.set()

    async def _keep(self, line: Line) -> None:
        try:
            again = 0
            while again < TIMES and (line.wanted or line.stands):
                line.news.clear()
                await self._tell(line)
                if line.wanted is not None and line.wanted is line.stands:
                    try:
                        async with asyncio.timeout(self.refresh):
                            await line.news.wait()
                    except TimeoutError:
                        again = TIMES if line.left else again + 1
        finally:
            self._end(line)

    async def _tell(self, line: Line) -> None:
        turn, stage = line.turn, line.wanted
        line.telling = True
        try:
            status = await self._words(turn, stage) if stage else ""
            client = await self.clients.hasty(turn.team)
            await client.assistant_threads_setStatus(
                channel_id=turn.channel, thread_ts=turn.thread_ts, status=status
            )
        except TROUBLE as error:
            log.info("status_not_shown", turn=turn.turn_id, error=str(error))
        except Exception:
            log.exception("status_not_shown", turn=turn.turn_id)
        line.stands, line.told, line.telling = stage, time.monotonic(), False

    async def _words(self, turn: Turn, stage: Stage) -> str:
        said = texts(await self.people.language(turn.team, turn.user, turn.channel)).chat
        return str(getattr(said, stage.value))


def _key(turn: Turn) -> tuple[str, str]:
    return turn.team, turn.thread_id
