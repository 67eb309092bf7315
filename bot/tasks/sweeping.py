"""Look for work that nobody queued: left by a crash, or begun outside the bot.

A workspace whose records cannot be read does not keep the others from being looked after, and what
was put aside stays there until an admin wants it.
"""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.domain.aside import Argument, id_of
from bot.domain.ports import Aside
from bot.tasks.feedback import FeedbackWork
from bot.tasks.queue import Tasks
from bot.tasks.retraining import RunWork

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Sweeping:
    """Queues what it finds; each of it once."""

    runs: RunWork
    feedback: FeedbackWork
    tasks: Tasks
    aside: Aside
    tidy: Callable[[str], Awaitable[None]]  # away with files of what was erased, or left lying

    async def sweep(self) -> None:
        """Every part for every workspace."""
        parts: tuple[Callable[[str], Awaitable[None]], ...]
        parts = (self._runs, self._news, self._shown, self.tidy)
        for team in await self.runs.teams():
            for part in parts:
                try:
                    await part(team)
                except Exception:
                    log.exception("not_swept", team=team, part=part.__name__.strip("_"))

    async def _runs(self, team: str) -> None:
        for run in [*await self.runs.left_alone(team), *await self.runs.untold(team)]:
            if not await self._aside("advance", team=team, run_id=run.run_id):
                await self.tasks.advance(team, run.run_id)

    async def _news(self, team: str) -> None:
        for run_id in await self.feedback.news.due(team):
            if not await self._aside("tell_news", team=team, run_id=run_id):
                await self.tasks.tell_news(team, run_id)

    async def _shown(self, team: str) -> None:
        for reply in await self.feedback.corrected.due(team):
            about = {"reply_id": reply.reply_id, "thread": f"{team}:{reply.thread_id}"}
            if not await self._aside("reveal", team=team, **about):
                await self.tasks.reveal(reply)

    async def _aside(self, kind: str, *, team: str, **more: Argument) -> bool:
        return await self.aside.get(team, id_of(kind, {"team": team, **more})) is not None
