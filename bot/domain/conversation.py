"""Turns, replies and what is known of them. Made by the Slack listeners, kept by the stores."""

from finetune import Frozen, Message


class Turn(Frozen):
    """One Slack message addressed to the bot. `ts` and `thread_ts` are Slack's; together with the
    channel, `ts` names the message however often and under whatever event type it is delivered."""

    team: str
    channel: str
    ts: str
    thread_ts: str
    user: str
    text: str
    direct: bool = False

    @property
    def turn_id(self) -> str:
        """The same for every delivery of one message."""
        return f"{self.channel}:{self.ts}"

    @property
    def thread_id(self) -> str:
        """Turns of one thread are answered one after another."""
        return f"{self.channel}:{self.thread_ts}"

    @property
    def opens_thread(self) -> bool:
        """Whether nothing can have been said before this message."""
        return self.ts == self.thread_ts


class Usage(Frozen):
    """Tokens as the provider counted them; zero where it did not say."""

    prompt_tokens: int = 0
    completion_tokens: int = 0


class Reply(Frozen):
    """What the model answered to one turn, with the exact messages that were sent to it.

    `reply_id` is the id of the turn it answers: one turn, one reply. `latency` in seconds.
    """

    reply_id: str
    team: str
    channel: str
    thread_ts: str
    asker: str
    messages: tuple[Message, ...]
    content: str
    model: str
    usage: Usage
    finish_reason: str
    latency: float
    created_at: float

    @property
    def thread_id(self) -> str:
        """The thread this reply stands in."""
        return f"{self.channel}:{self.thread_ts}"


class TurnState(Frozen):
    """How far a turn has come; a redelivered task goes on from here."""

    started: bool = False
    posted_ts: str | None = None
    reply: Reply | None = None
    answered: bool = False


class Delta(Frozen):
    """A piece of an answer as it arrives; the last one carries usage and the finish reason."""

    text: str = ""
    model: str | None = None
    usage: Usage | None = None
    finish_reason: str | None = None


class Said(Frozen):
    """One message of a thread that was there before the bot was called."""

    ts: str
    user: str
    text: str
