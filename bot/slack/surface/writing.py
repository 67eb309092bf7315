"""What a message needs while it is written, and how it says that it can not go on."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.conversation import Turn
from bot.slack.clients import Clients
from bot.slack.people import People
from bot.slack.surface.pace import Pace
from bot.texts import texts
from bot.texts.chat import ChatTexts

BUFFER = 60  # characters between two calls; a message is begun with the first that can be seen
STREAM_LIFE = 270.0  # seconds; Slack ends a stream about five minutes after its start
APPENDS = 0.6  # seconds between two calls of chat.appendStream: tier 4, 100 a minute
EDITS = 1.2  # seconds between two live edits: tier 3, 50 a minute


class StreamOver(Exception):
    """Raised when a stream has ended: too old, or stopped by somebody. What it took stands there."""


class StreamRefused(Exception):
    """Raised when a message can not be streamed (any longer); it may be posted and edited."""


class Unclear(Exception):
    """Raised when a message may or may not have been begun: only the thread tells."""


class Writing(Protocol):
    """A message that grows."""

    ts: str | None

    @property
    def old(self) -> bool:
        """Whether it should end soon."""
        ...

    async def show(self, text: str) -> None:
        """Show at least the beginning of `text`, which is all that the message shall say by now."""
        ...


@dataclass(frozen=True)
class Desk:
    """What messages are written with. `life` is a stream's, in seconds.

    `starts`: Slack says when a workspace has begun too many streams, 20 a minute.
    """

    clients: Clients
    people: People
    starts: Pace
    appends: Pace
    edits: Pace
    life: float

    async def said(self, turn: Turn) -> ChatTexts:
        """Our own words, for who asked."""
        return texts(await self.people.language(turn.team, turn.user, turn.channel)).chat
