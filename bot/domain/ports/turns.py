"""What is kept of turns, and how often something may happen."""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Protocol

from bot.domain.conversation import (
    Reply,
    Said,
    Turn,
    TurnState,
)
from bot.domain.records import TurnRecord


class Turns(Protocol):
    """Turns and replies of all workspaces. Every method may be called twice to the same effect."""

    async def accept(self, turn: Turn, delivery: str = "") -> bool:
        """Store the turn; True while it still needs an answer.

        A forgotten one is not taken again, and an edit that overtook its message holds. Of a turn
        that is kept no more, a `delivery` with the same id makes none.
        """
        ...

    async def knows_thread(self, team: str, channel: str, thread_ts: str, ts: str = "") -> bool:
        """Whether the bot was called into a thread; at `ts` already, if one is given.

        Slack delivers in any order: what was said before the call may arrive after it.
        """
        ...

    async def hear(self, turn: Turn) -> bool:
        """Whether the bot was called into the turn's thread by then; else its ts is kept a while.

        At one time with `accept`: of a call and a reply, whichever comes second finds the other.
        """
        ...

    async def caught_up(self, turn: Turn, stamps: Sequence[str]) -> None:
        """These ts need not be kept any more."""
        ...

    async def get(self, team: str, turn_id: str) -> Turn | None: ...

    async def record(self, team: str, turn_id: str, thread_id: str) -> TurnRecord | None:
        """All that work on a turn begins with, in one go."""
        ...

    async def state(self, turn: Turn) -> TurnState: ...

    async def start(self, turn: Turn) -> bool:
        """Note that something may be posted from now on; False when it was revised or forgotten."""
        ...

    async def posted(self, turn: Turn, ts: str) -> None:
        """Note the message that shows (or will show) the reply."""
        ...

    async def save_reply(
        self, turn: Turn, reply: Reply, *, notes: Sequence[str] | None = None, first: bool = False
    ) -> bool:
        """Keep it; with `notes`, also these, and whether it was the first of its thread.

        False when the turn was revised or forgotten.
        """
        ...

    async def revise(self, turn: Turn) -> bool:
        """Ask anew under a higher revision: the reply before is kept apart, its message reused.

        False when this or a higher revision stands already, and when the turn is forgotten.
        """
        ...

    async def offer(self, turn: Turn) -> None:
        """Keep an edited question until somebody wants it answered; of several, the last edit."""
        ...

    async def offered(self, team: str, turn_id: str) -> Turn | None:
        """The edited question that waits for a click."""
        ...

    async def expect(self, turn: Turn) -> bool:
        """Keep the edit of a message that Slack has not delivered yet.

        True where its turn is there by now: then nothing is kept.
        """
        ...

    async def stop(self, turn: Turn) -> None:
        """Note that nobody wants more of this answer."""
        ...

    async def stopped(self, turns: Sequence[Turn]) -> list[Turn]:
        """Those whose answer shall end now: stopped, revised or forgotten."""
        ...

    async def forget(self, team: str, turn_id: str) -> None:
        """Remove the turn, its replies and every way to them; a late delivery is not taken again."""
        ...

    async def forgetting(self, team: str, sources: Iterable[str]) -> None:
        """From now on a reply is saved without what comes from these (see `Reply.sources`)."""
        ...

    async def replies(self, team: str, thread: str | None = None) -> list[tuple[Turn, Reply]]:
        """All that are kept of a thread, to every revision; without one, of the workspace."""
        ...

    async def rewrite(self, turn: Turn, reply: Reply) -> None:
        """Keep this reply where the one with its id stands, if it does."""
        ...

    async def of_user(self, team: str, user: str) -> list[str]:
        """Ids of all turns that this person asked."""
        ...

    async def turn_at(self, team: str, channel: str, ts: str) -> Turn | None:
        """The turn that a Slack message of ours answers."""
        ...

    async def answered(self, turn: Turn, ts: str) -> bool:
        """Note where the answer stands; False when the turn was revised or forgotten meanwhile."""
        ...

    async def close(self, turn: Turn, ts: str) -> None:
        """Note where an apology stands for a turn that cannot be read; nobody waits for it."""
        ...

    async def put_aside(self, team: str, reply_id: str) -> None:
        """Note that nothing is done for this reply any more: nobody waits for it.

        Of a record that cannot be read, too; not where the question was answered or asked anew.
        """
        ...

    async def dropped(self, turn: Turn) -> None:
        """Note that no answer can be shown; nobody waits for it any more."""
        ...

    async def history(self, turn: Turn) -> list[tuple[Turn, Reply | None]]:
        """Earlier turns of the same thread with their replies, oldest first."""
        ...

    def recent(self, turn: Turn) -> AsyncIterator[list[tuple[Turn, Reply | None]]]:
        """The history from its end, some turns at a time; within these the oldest first."""
        ...

    async def earlier(self, turn: Turn) -> list[Said] | None:
        """What stood in the thread before the bot was called; None when it was never read."""
        ...

    async def save_earlier(self, turn: Turn, said: Sequence[Said]) -> None: ...

    async def unsay(self, team: str, user: str) -> None:
        """Drop what this person said in threads before the bot was called, and early edits.

        Reads all of them.
        """
        ...

    async def reply(self, team: str, reply_id: str) -> Reply | None: ...

    async def reply_at(self, team: str, channel: str, ts: str) -> Reply | None:
        """The reply that a Slack message shows."""
        ...


class Quota(Protocol):
    """How often something may happen in a while."""

    async def take(self, team: str, name: str, thing: str, *, most: int, seconds: int) -> float:
        """Count `thing` once, however often it is asked; 0.0 when it may happen.

        Otherwise nothing is counted, and the answer is in how many seconds there is room again.
        """
        ...
