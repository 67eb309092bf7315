"""Read a message "correct: …" once more, from the thread it was written into.

For work that was put aside: only where the message stands is kept of it, never what it says.
"""

from dataclasses import dataclass

from bot.domain.aside import Piece
from bot.domain.correcting import CorrectingMessage, correction_in
from bot.slack.clients import Clients
from bot.slack.files import shared_files
from bot.slack.text import without
from bot.slack.trouble import translated
from bot.slack.written import written


@dataclass(frozen=True)
class Rereading:
    """Asks Slack."""

    clients: Clients

    @translated()
    async def __call__(self, piece: Piece) -> CorrectingMessage | None:
        """None where it is gone, or corrects nothing any more. SurfaceUnavailable, SurfaceRefused."""
        about = CorrectingMessage.model_validate(piece.arguments)
        if about.gone:
            return about
        client = await self.clients.hasty(piece.team)
        me = str((await client.auth_test())["user_id"])
        page = await client.conversations_replies(
            channel=about.channel,
            ts=about.thread_ts,
            oldest=about.ts,
            latest=about.ts,
            inclusive=True,
        )
        for message in page["messages"]:
            if message.get("ts") == about.ts and message.get("user") == about.user:
                text = correction_in(
                    without(written(message), me), files=bool(message.get("files"))
                )
                if text is None:
                    return None
                return about.model_copy(update={"text": text, "files": shared_files(message)})
        return None
