"""What the core needs from outside, as Protocols of one purpose each.

`adapters/` and `slack/` implement them; `tests/fakes` has small stand-ins.
"""

from collections.abc import AsyncIterator, Iterable, Sequence
from typing import Protocol

from bot.domain.conversation import (
    Content,
    Delta,
    Image,
    Reply,
    Said,
    Stage,
    Turn,
    TurnState,
)
from bot.domain.correcting import CorrectingMessage, ShownCorrection
from bot.domain.feedback import Feedback
from bot.domain.preferences import ChannelSettings, PersonSettings, WorkspaceSettings
from bot.domain.voting import Act
from bot.texts.language import Language
from finetune import Message


class ChatModel(Protocol):
    """A chat model behind the OpenAI wire format."""

    def stream(
        self, model: str, messages: Sequence[Message], images: Sequence[Image] = ()
    ) -> AsyncIterator[Delta]:
        """Yield the answer piece by piece; `images` belong to the last message.

        Raises ModelUnavailable or ModelRefused.
        """
        ...


class Reader(Protocol):
    """Turns what Slack sent into what a model reads. Raises as `Surface` does."""

    async def read(self, turn: Turn, *, sees: bool) -> Content:
        """The question with names for ids and the text of its files; images if the model `sees`."""
        ...

    async def thread(self, turn: Turn) -> list[Said] | None:
        """What others said in the thread before this turn; None where the bot may not read it."""
        ...


class Champions(Protocol):
    """Which model answers in a workspace right now."""

    async def champion(self, team: str) -> str: ...


class Turns(Protocol):
    """Turns and replies of all workspaces. Every method may be called twice to the same effect."""

    async def accept(self, turn: Turn) -> bool:
        """Store the turn; True while it still needs an answer.

        A forgotten one is not taken again, and an edit that overtook its message holds.
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

    async def heard(self, turn: Turn) -> list[str]:
        """The ts of what came too early to be a turn, of after the first call into the thread."""
        ...

    async def caught_up(self, turn: Turn, stamps: Sequence[str]) -> None:
        """These ts need not be kept any more."""
        ...

    async def get(self, team: str, turn_id: str) -> Turn | None: ...

    async def state(self, turn: Turn) -> TurnState: ...

    async def start(self, turn: Turn) -> None:
        """Note that something may be posted from now on."""
        ...

    async def posted(self, turn: Turn, ts: str) -> None:
        """Note the message that shows (or will show) the reply."""
        ...

    async def save_reply(
        self, turn: Turn, reply: Reply, *, notes: Sequence[str] | None = None, first: bool = False
    ) -> None:
        """Keep it; with `notes`, also these, and whether it was the first of its thread."""
        ...

    async def replaced(self, turn: Turn) -> Reply | None:
        """The newest reply to an earlier revision, in whose place another one is being made."""
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

    async def expect(self, turn: Turn) -> None:
        """Keep the edit of a message that Slack has not delivered yet."""
        ...

    async def stop(self, turn: Turn) -> None:
        """Note that nobody wants more of this answer."""
        ...

    async def stopped(self, turn: Turn) -> bool:
        """Whether the answer shall end now: stopped, revised or forgotten."""
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

    async def dropped(self, turn: Turn) -> None:
        """Note that no answer can be shown; nobody waits for it any more."""
        ...

    async def waits(self, turn: Turn) -> bool:
        """Whether an earlier turn of the same thread is still to be answered."""
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


class Preferences(Protocol):
    """What was chosen for a channel, for the workspace, by a person."""

    async def channel(self, team: str, channel: str) -> ChannelSettings: ...

    async def save_channel(self, team: str, channel: str, chosen: ChannelSettings) -> None: ...

    async def channels(self, team: str) -> dict[str, ChannelSettings]: ...

    async def workspace(self, team: str) -> WorkspaceSettings: ...

    async def save_workspace(self, team: str, chosen: WorkspaceSettings) -> None: ...

    async def person(self, team: str, user: str) -> PersonSettings: ...

    async def save_person(self, team: str, user: str, chosen: PersonSettings) -> None: ...

    async def change_person(self, team: str, user: str, **chosen: bool) -> None:
        """Change only the named settings, whatever else is chosen at the same time."""
        ...


class Languages(Protocol):
    """In which language the bot's own sentences reach somebody."""

    async def language(self, team: str, user: str, channel: str = "") -> Language:
        """The channel's, if it has one; else the user's."""
        ...


class Names(Protocol):
    """What people are called."""

    async def name(self, team: str, user: str) -> str:
        """The display name; the id where Slack does not tell."""
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


class Roles(Protocol):
    """Who may do what. Admins are curators too."""

    async def is_admin(self, team: str, user: str) -> bool: ...

    async def is_curator(self, team: str, user: str) -> bool: ...


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
