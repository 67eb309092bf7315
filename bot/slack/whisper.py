"""A sentence that only one person sees, where a turn was asked."""

from collections.abc import Sequence

import structlog
from slack_sdk.models.blocks import Block

from bot.domain.conversation import Turn
from bot.slack.clients import Clients
from bot.slack.trouble import TROUBLE

log = structlog.get_logger(__name__)


async def whisper(
    clients: Clients, turn: Turn, user: str, text: str, blocks: Sequence[Block] | None = None
) -> None:
    """Tell `user`, once; where Slack does not show it, it is not worth waiting for."""
    try:
        await (await clients.hasty(turn.team)).chat_postEphemeral(
            channel=turn.channel,
            user=user,
            text=text,
            blocks=blocks,
            thread_ts=None if turn.opens_thread and turn.direct else turn.thread_ts,
        )
    except TROUBLE as error:
        log.info("whisper_not_shown", turn=turn.turn_id, user=user, error=str(error))
