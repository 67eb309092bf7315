"""A word to a corrector, and to nobody else: what happens to the correction.

Called by the durable tasks after curation.
"""

from dataclasses import dataclass

import structlog

from bot.domain.conversation import Reply
from bot.slack.clients import Clients
from bot.slack.people import People
from bot.slack.trouble import TROUBLE
from bot.texts import texts
from finetune import Example, Status

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Thanks:
    """Says thank you where the reply stands."""

    clients: Clients
    people: People

    async def thank(self, reply: Reply, user: str, example: Example) -> None:
        """Tell the corrector, and nobody else, what happens to the correction."""
        said = texts(await self.people.language(reply.team, user)).feedback
        text = said.approved if example.status is Status.APPROVED else said.pending
        if example.status is Status.PENDING and "conflict" in example.reason:
            text = said.conflict
        try:
            await (await self.clients.of(reply.team)).chat_postEphemeral(
                channel=reply.channel, thread_ts=reply.thread_ts, user=user, text=text
            )
        except TROUBLE as error:
            log.info("corrector_not_told", user=user, error=str(error))
