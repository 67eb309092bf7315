"""Work that survives any crash once it is queued."""

from typing import Protocol

from bot.domain.conversation import (
    Reply,
    Turn,
)
from bot.domain.correcting import CorrectingMessage


class TaskQueue(Protocol):
    """Durable work: once a method returns, the work survives any crash."""

    async def answer(self, turn: Turn) -> None: ...

    async def curate(self, team: str, reply_id: str, user: str) -> None: ...

    async def correct(self, message: CorrectingMessage) -> None:
        """A message that corrects a reply was written, edited or deleted."""
        ...

    async def reveal(self, reply: Reply) -> None:
        """Show in the channel what a curator decided about corrections of a reply."""
        ...

    async def cover(self, team: str, channel: str, ts: str) -> None:
        """Take away the message that shows a correction of a reply that is forgotten."""
        ...

    async def tell_news(self, team: str, run_id: str) -> None:
        """A run has ended: whose corrections it learnt shall hear of it, if it went live."""
        ...

    async def forget_person(self, team: str, user: str, until: float) -> None:
        """Remove what this person said up to a time in seconds."""
        ...

    async def remove_workspace(self, team: str) -> None:
        """Remove all data of a workspace after RETENTION_DAYS, unless the app is back by then."""
        ...

    async def advance(self, team: str, run_id: str, *, at_once: bool = False) -> None:
        """`at_once`: an admin has decided; do not wait for the next look at the run."""
        ...
