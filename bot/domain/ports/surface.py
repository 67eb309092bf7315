"""Where questions come from, and where replies appear."""

from collections.abc import Sequence
from typing import Protocol

from bot.domain.conversation import (
    Content,
    Reply,
    Said,
    Stage,
    Turn,
)


class Reader(Protocol):
    """Turns what Slack sent into what a model reads. Raises as `Surface` does."""

    async def read(self, turn: Turn, *, sees: bool) -> Content:
        """The question with names for ids and the text of its files; images if the model `sees`."""
        ...

    async def thread(self, turn: Turn) -> list[Said] | None:
        """What others said in the thread before this turn; None where the bot may not read it."""
        ...


class ThreadTitles(Protocol):
    """What a conversation is called in the list of them."""

    async def name(self, turn: Turn, question: str) -> None:
        """Call the thread after its first question; trouble on the way is harmless."""
        ...


class Removal(Protocol):
    """Takes away what stands in Slack of an answer. Raises as `Surface` does."""

    async def remove(self, turn: Turn, posted_ts: str | None) -> None:
        """Remove the message at `posted_ts`, or what a killed predecessor began without a note."""
        ...


class LiveReply(Protocol):
    """A reply being written where the asker sees it. Raises as `Surface` does."""

    async def append(self, text: str) -> str | None:
        """Show more text; the ts of the message once there is one."""
        ...

    async def finish(self, reply: Reply, *, kept: bool = True, notes: Sequence[str] = ()) -> str:
        """Leave exactly the reply's content with feedback buttons; the ts that carries them.

        No buttons where nothing is `kept`; `notes` are the bot's own sentences beside the answer.
        """
        ...


class Surface(Protocol):
    """Where replies appear. Everything here raises SurfaceUnavailable or SurfaceRefused."""

    async def open(self, turn: Turn, posted_ts: str | None, *, resumed: bool) -> LiveReply:
        """Begin, or go on with what a killed predecessor left behind."""
        ...

    async def say(self, turn: Turn, posted_ts: str | None, text: str, *, resumed: bool) -> str:
        """Answer with a plain sentence of the bot itself, once: no model, no buttons."""
        ...

    async def shown(self, turn: Turn, posted_ts: str | None) -> str:
        """As much of an answer as a killed predecessor left to be read."""
        ...

    async def status(self, turn: Turn, stage: Stage | None) -> None:
        """Say under the question what is being done; None: no more. Never raises.

        It stays until something else is said, None is, or an answer appears. Who sets it clears it.
        """
        ...
