"""Turns, replies and what is known of them. Made by the Slack listeners, kept by the stores."""

from collections.abc import Container
from enum import StrEnum
from typing import Annotated, Self

from pydantic import StringConstraints

from finetune import Frozen, Message

REVISED = "~"  # between a turn's id and the number of its revision


class Stage(StrEnum):
    """What is being done about a question, as the status line under it says."""

    THINKING = "thinking"
    READING_THREAD = "reading_thread"
    READING_FILES = "reading_files"
    WRITING = "writing"


class SharedFile(Frozen):
    """A file that came with a message; `url` is where Slack gives it to our token, `size` in bytes."""

    file_id: str
    name: str
    mimetype: str = ""
    size: int = 0
    url: str = ""


# What sorts and dates messages; anything else would stop the order of a whole thread.
Ts = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,20}(\.[0-9]{1,20})?$")]


class Turn(Frozen):
    """One Slack message addressed to the bot. `ts` and `thread_ts` are Slack's; together with the
    channel, `ts` names the message however often and under whatever event type it is delivered.

    `text` is as Slack sent it, less the mention of the bot. `revision` grows when the asker changes
    the question or wants another answer. `by_bot`: another app wrote it. `aside`: said to somebody
    else in a thread of ours, known but not answered. `edited_at`: Slack's ts of the edit that `text`
    comes from. `withdrawn`: the message was deleted before it was answered. `home`: the workspace of
    who asked, which in a shared channel, or where an organisation installed the app, is not `team`.
    """

    team: str
    channel: str
    ts: Ts
    thread_ts: Ts
    user: str
    text: str
    direct: bool = False
    by_bot: bool = False
    files: tuple[SharedFile, ...] = ()
    revision: int = 0
    aside: bool = False
    edited_at: str = ""
    withdrawn: bool = False
    home: str = ""

    @property
    def turn_id(self) -> str:
        """The same for every delivery of one message."""
        return f"{self.channel}:{self.ts}"

    @property
    def reply_id(self) -> str:
        """One turn, one reply; a revised one has a reply of its own."""
        return self.turn_id + (f"{REVISED}{self.revision}" if self.revision else "")

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

    `reply_id` is that of the turn it answers: one turn, one reply. `latency` in seconds. `images`
    counts pictures that the model saw and that are not kept; `stopped`: the asker cut it short;
    `fallback`: the champion could not, and `model` answered in its place. `origin`: the reply whose
    question was asked again here; forgotten with that. `sources` tell of each message where it
    comes from: a turn's id, or "@" and the user who said it before the bot was called; empty for the
    bot's own rules. None at all: nobody knows. `question`: what was asked, where the last of
    `messages` also says who asked it.
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
    images: int = 0
    stopped: bool = False
    fallback: bool = False
    origin: str = ""
    sources: tuple[str, ...] = ()
    question: str | None = None

    @property
    def asked(self) -> str:
        """The question itself."""
        return self.messages[-1].content if self.question is None else self.question

    def without(self, gone: Container[str]) -> Self:
        """Less what came from these sources; the question itself stays."""
        if len(self.sources) != len(self.messages):
            return self
        said = list(zip(self.messages, self.sources, strict=True))
        left = [*(one for one in said[:-1] if one[1] not in gone), said[-1]]
        if len(left) == len(said):
            return self
        messages, sources = zip(*left, strict=True)
        return self.model_copy(update={"messages": messages, "sources": sources})

    @property
    def turn_id(self) -> str:
        """The turn it answers."""
        return turn_id_of(self.reply_id)

    @property
    def thread_id(self) -> str:
        """The thread this reply stands in."""
        return f"{self.channel}:{self.thread_ts}"


class TurnState(Frozen):
    """How far a turn has come; a redelivered task goes on from here.

    `notes` are shown beside `reply`; `first`: nothing was said in the thread before it. `replaced`:
    the newest reply to an earlier revision, in whose place another one is being made.
    """

    started: bool = False
    posted_ts: str | None = None
    reply: Reply | None = None
    answered: bool = False
    notes: tuple[str, ...] = ()
    first: bool = False
    replaced: Reply | None = None


class Delta(Frozen):
    """A piece of an answer as it arrives; the last one carries usage and the finish reason."""

    text: str = ""
    model: str | None = None
    usage: Usage | None = None
    finish_reason: str | None = None


class Said(Frozen):
    """One message of a thread that was there before the bot was called; `name` is the writer's.

    `ours`: an answer of the bot's own, of which nothing else is kept any more.
    """

    ts: str
    user: str
    text: str
    name: str = ""
    ours: bool = False


class Image(Frozen):
    """A picture for a model that sees; `data` is base64. Never kept beyond the answer."""

    mimetype: str
    data: str


class Content(Frozen):
    """A question as the model shall read it: names for ids, the text of its files behind it.

    `notes` are sentences to the asker about files that could not be read.
    """

    text: str
    images: tuple[Image, ...] = ()
    notes: tuple[str, ...] = ()


def turn_id_of(reply_id: str) -> str:
    """The turn that a reply answers, whichever revision of it."""
    return reply_id.partition(REVISED)[0]
