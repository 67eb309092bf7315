"""What follows from feedback: examples, thanks, corrections shown in threads, news to authors."""

from dataclasses import dataclass
from typing import Protocol

import structlog

from bot.curation import Curation, NoExample
from bot.domain.conversation import Reply
from bot.domain.correcting import CorrectingMessage
from bot.domain.feedback import Feedback
from bot.domain.ports import TaskQueue, Turns, Verdicts
from finetune import Example

log = structlog.get_logger(__name__)


class Thanks(Protocol):
    """How a corrector hears what happens to the correction."""

    async def thank(self, reply: Reply, given: Feedback, made: Example | NoExample) -> None: ...


class Corrected(Protocol):
    """Where the channel sees what a reply was corrected to."""

    async def show(self, team: str, reply_id: str) -> None: ...

    async def cover(self, team: str, channel: str, ts: str) -> None: ...

    async def due(self, team: str) -> list[Reply]:
        """Some of the replies of which it shows something else than what counts by now."""
        ...


class Correcting(Protocol):
    """What a message "correct: …" does."""

    async def correct(self, message: CorrectingMessage, tasks: TaskQueue) -> None: ...


class News(Protocol):
    """How those hear of it whose corrections a model has learnt."""

    async def tell(self, team: str, run_id: str) -> None: ...

    async def due(self, team: str) -> list[str]:
        """Runs that went live lately and of which not everyone has heard."""
        ...


@dataclass(frozen=True)
class FeedbackWork:
    """What the tasks do it with."""

    turns: Turns
    verdicts: Verdicts
    curation: Curation
    thanks: Thanks
    corrected: Corrected
    correcting: Correcting
    news: News

    async def curate(self, team: str, reply_id: str, user: str) -> Reply | None:
        """Bring the dataset in line with the feedback, then thank who corrected; the reply."""
        made = await self.curation.curate(team, reply_id, user)
        reply = await self.turns.reply(team, reply_id)
        if isinstance(made, NoExample):
            log.info("no_example", reply=reply_id, reason=made.reason)
        given = await self.verdicts.of(team, reply_id, user)
        if reply is not None and given is not None and given.correction:
            await self.thanks.thank(reply, given, made)
        return reply
