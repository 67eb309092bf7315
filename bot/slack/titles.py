"""What a thread of the agent pane is called: `ThreadTitles` by assistant.threads.setTitle."""

from dataclasses import dataclass

import structlog

from bot.domain.conversation import Turn
from bot.slack.clients import Clients
from bot.slack.names import Names
from bot.slack.trouble import TROUBLE

log = structlog.get_logger(__name__)
LENGTH = 60  # characters; longer ones are cut by Slack's list anyway


@dataclass(frozen=True)
class SlackTitles:
    """Set once, for the first question of a thread; a pane without titles works as well."""

    clients: Clients
    names: Names

    async def name(self, turn: Turn, question: str) -> None:
        """The first line of the question, cut between two words."""
        title = titled((await self.names.readable(turn.team, turn.channel, [question]))[0])
        if not title:
            return
        try:
            await (await self.clients.hasty(turn.team)).assistant_threads_setTitle(
                channel_id=turn.channel, thread_ts=turn.thread_ts, title=title
            )
        except TROUBLE as error:
            log.info("title_not_set", turn=turn.turn_id, error=str(error))


def titled(question: str) -> str:
    """A question as a title: one line, not too long."""
    line = " ".join(next((line for line in question.splitlines() if line.strip()), "").split())
    if len(line) <= LENGTH:
        return line
    cut = line[:LENGTH].rfind(" ")
    return line[: cut if cut > LENGTH // 2 else LENGTH - 1].rstrip(" ,;:") + "…"
