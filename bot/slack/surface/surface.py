"""`Surface` on Slack: where the answers to turns appear. Called by `chat`.

What a killed predecessor left is found in the thread: by the mark of its messages, by the stop
button of a stream, or where it was noted.
"""

import time
from dataclasses import dataclass, field

from bot.domain.conversation import Stage, Turn
from bot.domain.ports import LiveReply
from bot.slack.blocks.reply import reply_mark
from bot.slack.clients import Clients
from bot.slack.people import People
from bot.slack.surface.live import SlackReply
from bot.slack.surface.messages import Messages
from bot.slack.surface.pace import Pace
from bot.slack.surface.status import StatusLine
from bot.slack.surface.writing import APPENDS, EDITS, STREAM_LIFE, Desk
from bot.slack.trouble import translated


@dataclass(frozen=True)
class SlackSurface:
    """`learn_url`: the page that says how the bot learns, or empty. `life` of a stream in seconds."""

    clients: Clients
    people: People
    learn_url: str = ""
    life: float = STREAM_LIFE
    starts: Pace = field(default_factory=lambda: Pace(0.0))
    appends: Pace = field(default_factory=lambda: Pace(APPENDS))
    edits: Pace = field(default_factory=lambda: Pace(EDITS))
    _lines: list[StatusLine] = field(default_factory=list)

    @property
    def messages(self) -> Messages:
        """What stands in threads."""
        return Messages(self.clients)

    @property
    def line(self) -> StatusLine:
        """The status lines of all threads."""
        if not self._lines:
            self._lines.append(StatusLine(self.clients, self.people))
        return self._lines[0]

    async def status(self, turn: Turn, stage: Stage | None) -> None:
        """Say soon, under the question, what is being done; None: no more. Never raises."""
        await self.line.show(turn, stage)

    @translated()
    async def open(self, turn: Turn, posted_ts: str | None, *, resumed: bool) -> LiveReply:
        """Begin a reply, or take over the messages of a killed predecessor or an earlier revision."""
        await self.status(turn, Stage.THINKING)
        standing = await self.standing(turn, posted_ts, resumed=resumed)
        desk = Desk(self.clients, self.people, self.starts, self.appends, self.edits, self.life)
        return SlackReply(desk, self.messages, self.line, turn, standing, self.learn_url)

    @translated()
    async def say(self, turn: Turn, posted_ts: str | None, text: str, *, resumed: bool) -> str:
        """Post a sentence once, in the place of whatever was begun."""
        try:
            standing = await self.standing(turn, posted_ts, resumed=resumed)
            known, since = standing[0] if standing else None, time.monotonic()
            ts = await self.messages.put(turn, known, text, [], reply_mark(turn.reply_id))
            if ts != known:
                self.line.gone(turn, since)
            for surplus in standing[1:]:
                await self.messages.delete(turn, surplus)
        finally:
            await self.status(turn, None)
        return ts

    @translated()
    async def shown(self, turn: Turn, posted_ts: str | None) -> str:
        """The text of what stands there, part after part."""
        standing = await self.standing(turn, posted_ts, resumed=True)
        return await self.messages.read(turn, standing)

    async def standing(self, turn: Turn, posted_ts: str | None, *, resumed: bool) -> list[str]:
        """The messages that the answer to `turn` stands in, or what was begun of it."""
        if posted_ts is None and not resumed and not turn.revision:
            return []
        begun = resumed and not turn.revision
        return await self.messages.standing(turn, posted_ts, begun=begun)
