"""A word to a corrector, and to nobody else: what happens to the correction.

Called by the durable tasks. Nobody can look up whether such a word was posted, so it is claimed
first: said once at most, and said again only where Slack has refused it.
"""

import time
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog
from cronsim import CronSim

from bot.curation import NoExample
from bot.domain.conversation import Reply
from bot.domain.feedback import Feedback
from bot.domain.ports import Told
from bot.errors import SurfaceUnavailable
from bot.slack.blocks.flags import over_cap
from bot.slack.clients import Clients
from bot.slack.people import People
from bot.slack.trouble import TROUBLE, passing
from bot.texts import texts
from bot.texts.feedback import FeedbackTexts
from finetune import Example, Status, digest

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Thanks:
    """Says thank you where the reply stands. `schedule` is RETRAIN_SCHEDULE."""

    clients: Clients
    people: People
    told: Told
    schedule: str | None = None

    async def thank(self, reply: Reply, given: Feedback, made: Example | NoExample) -> None:
        """Tell who gave the correction what happens next, once for every text of it."""
        said = texts(await self.people.language(reply.team, given.user)).feedback
        text = self._outcome(made, said)
        if text:
            name = f"thanks:{reply.reply_id}:{given.user}:{digest([given.correction])}"
            await self.tell(reply.team, reply.channel, reply.thread_ts, given.user, text, once=name)

    async def tell(
        self, team: str, channel: str, thread_ts: str, user: str, text: str, *, once: str
    ) -> None:
        """Say something to one person in a thread. SurfaceUnavailable when it is worth a retry."""
        if not await self.told.claim(team, once):
            return
        try:
            await (await self.clients.of(team)).chat_postEphemeral(
                channel=channel, thread_ts=thread_ts or None, user=user, text=text
            )
        except TROUBLE as error:
            log.info("corrector_not_told", user=user, error=str(error))
            if passing(error):
                await self.told.release(team, once)
                raise SurfaceUnavailable(f"Slack: {error}") from error

    def _outcome(self, made: Example | NoExample, said: FeedbackTexts) -> str:
        if isinstance(made, NoExample):
            return said.images if made.images else ""
        if made.status is Status.APPROVED:
            return said.approved + self._when(said)
        if made.status is Status.PENDING and over_cap(made):
            return said.over_cap
        if made.status is Status.PENDING:
            return said.conflict if "conflict" in made.reason else said.pending
        return ""

    def _when(self, said: FeedbackTexts) -> str:
        """When the next retraining is planned, in the reader's own time zone."""
        if self.schedule is None:
            return ""
        due = next(CronSim(self.schedule, datetime.fromtimestamp(time.time(), UTC)))
        shown = f"{due:%Y-%m-%d %H:%M} UTC"
        date = f"<!date^{int(due.timestamp())}^{{date_short_pretty}} {{time}}|{shown}>"
        return " " + said.scheduled.format(when=date)
