"""What is kept of verdicts, and of what the bot said by itself."""

from typing import Protocol

from bot.domain.correcting import ShownCorrection
from bot.domain.feedback import Feedback
from bot.domain.voting import Act


class Verdicts(Protocol):
    """Feedback, one record per user and reply."""

    async def put(self, team: str, feedback: Feedback) -> None:
        """As `record`, for a verdict that is given."""
        ...

    async def record(self, team: str, act: Act) -> Feedback | None:
        """Keep what a user did; the verdict that counts now. Nothing where the reply is gone."""
        ...

    async def point(self, team: str, origin: str, reply_id: str) -> str:
        """Note to which reply a message is a correction; the reply that was noted first."""
        ...

    async def pointed(self, team: str, origin: str) -> str | None:
        """The reply that a message corrects."""
        ...

    async def of_reply(self, team: str, reply_id: str) -> list[Feedback]: ...

    async def of(self, team: str, reply_id: str, user: str) -> Feedback | None:
        """What counts of all that this user said about a reply."""
        ...

    async def acted(self, team: str, reply_id: str, user: str) -> bool:
        """Whether this user did anything about a reply, even if it was taken back."""
        ...

    async def shown(self, team: str, reply_id: str) -> ShownCorrection:
        """What the channel sees of a reply's corrections."""
        ...

    async def note_shown(self, team: str, reply_id: str, shown: ShownCorrection) -> None:
        """Kept as long as the reply; nothing where that is gone."""
        ...

    async def copied(self, team: str, reply_id: str, turn_id: str) -> None:
        """Note a turn that asks again what a reply answered, to be forgotten with it."""
        ...

    async def copies(self, team: str, reply_id: str) -> list[str]:
        """Ids of those turns."""
        ...

    async def forget(self, team: str, reply_id: str) -> None:
        """Remove every verdict on a reply."""
        ...

    async def of_user(self, team: str, user: str) -> dict[str, float]:
        """About which replies this person said anything, even if it was taken back, and when last.

        Reads all; for durable work only.
        """
        ...

    async def silence(self, team: str, reply_id: str, user: str) -> None:
        """Their verdict does not count any more; that there was one is still known."""
        ...

    async def erase(self, team: str, reply_id: str, user: str) -> None:
        """Remove one user's verdict, and that there was one."""
        ...


class Told(Protocol):
    """What the bot has said by itself, so that it says it once."""

    async def claim(self, team: str, what: str) -> bool:
        """True for the first who asks."""
        ...

    async def release(self, team: str, what: str) -> None:
        """It was not said after all."""
        ...

    async def where(self, team: str, what: str) -> str | None:
        """Where it stands, as it was noted."""
        ...

    async def note(self, team: str, what: str, where: str) -> None:
        """It stands there."""
        ...

    async def wait(self, team: str, what: str) -> None:
        """It will have to be told when something else has happened."""
        ...

    async def waiting(self, team: str, most: int) -> list[str]:
        """Of what waits those that were looked at longest ago; they go to the end."""
        ...

    async def settle(self, team: str, what: str) -> None:
        """It need not be looked at any more."""
        ...
