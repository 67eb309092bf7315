"""Takes an answer away again whose question was deleted: `Removal` by chat.delete."""

from dataclasses import dataclass

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.conversation import Turn
from bot.slack.clients import Clients
from bot.slack.surface import SlackSurface
from bot.slack.trouble import translated

log = structlog.get_logger(__name__)
GONE = ("message_not_found", "cant_delete_message", "thread_not_found", "channel_not_found")


@dataclass(frozen=True)
class SlackRemoval:
    """Removes what was begun; gone already is as good."""

    clients: Clients
    surface: SlackSurface

    @translated()
    async def remove(self, turn: Turn, posted_ts: str | None) -> None:
        """A stream is ended first: Slack deletes no message that is still being written."""
        ts = posted_ts or await self.surface.find(turn)
        if ts is None:
            return
        await self.surface.close_stream(turn, ts)
        try:
            await (await self.clients.of(turn.team)).chat_delete(channel=turn.channel, ts=ts)
        except SlackApiError as error:
            if error.response.get("error") not in GONE:
                raise
            log.info("answer_gone_already", turn=turn.turn_id, error=error.response["error"])
