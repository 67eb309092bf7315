"""`LiveReply` on Slack: a reply in one message or more, streamed while Slack lets it.

What is shown on the way may lag behind or break off; `finish` leaves the whole text, exactly.
"""

import time
from collections.abc import Sequence

import structlog
from slack_sdk.models.blocks import Block

from bot.domain.conversation import Reply, Stage, Turn
from bot.slack.blocks import reply as blocks
from bot.slack.splitting import PART_LIMIT, ending, split, take, take_all
from bot.slack.surface.edited import Edited
from bot.slack.surface.messages import Messages
from bot.slack.surface.status import StatusLine
from bot.slack.surface.stream import Stream
from bot.slack.surface.writing import Desk, StreamOver, StreamRefused, Unclear, Writing
from bot.slack.text import silent
from bot.slack.trouble import TROUBLE, translated

log = structlog.get_logger(__name__)


class SlackReply:
    """`standing` are the messages of an earlier try or revision, to be written over in order."""

    def __init__(
        self,
        desk: Desk,
        messages: Messages,
        status: StatusLine,
        turn: Turn,
        standing: list[str],
        learn_url: str,
    ) -> None:
        self._desk = desk
        self._messages = messages
        self._status = status
        self._turn = turn
        self._reply_id = turn.reply_id
        self._learn_url = learn_url
        self._text = ""  # all that came
        self._part = ""  # of it, what belongs into the message that is being written
        self._parts: list[str] = []  # what belongs into the messages before that one
        self._exact = 0  # so many of those say just that
        self._stands: list[str] = standing  # a message for each part; more, where more stood there
        self._streams = True
        self._dark = False  # nothing can be shown until the end
        self._unclear = False  # the thread may hold a message that is not known here
        self._writing = self._next()

    @translated()
    async def append(self, text: str) -> str | None:
        """Show more, in a next message when this one is full or its stream is old.

        The answer before stays as it is until the first word of this one has come.
        """
        if not self._text and self._turn.revision and isinstance(self._writing, Edited):
            await self._writing.announce()
        self._text += text
        self._part += text
        while len(self._part) > PART_LIMIT:
            await self._close(*take(self._part))
        if self._writing.old:
            await self._close(*take_all(self._part))
        if not self._dark:
            await self._show()
        if not self._stands and self._text.strip():
            await self._status.show(self._turn, Stage.WRITING)
        return self._writing.ts or (self._stands[-1] if self._parts and self._stands else None)

    async def _show(self) -> None:
        since = time.monotonic()
        try:
            await self._writing.show(silent(self._part))
        except StreamOver:
            await self._close(*take_all(self._part))
        except StreamRefused:
            self._streams = False
            self._writing = Edited(self._desk, self._turn, self._writing.ts)
            await self._show()
        except Unclear:
            self._dark = self._unclear = True
        if self._writing.ts is not None and self._writing.ts not in self._stands:
            self._stands.append(self._writing.ts)
            self._status.gone(self._turn, since)

    async def _close(self, part: str, rest: str) -> None:
        """Leave `part` in the message that is being written, and go on with `rest` in the next."""
        number = len(self._parts)
        self._part = rest
        if not part.strip():
            return
        self._parts.append(part)
        if self._dark:
            return
        try:
            await self._put(number, part, blocks.part_blocks(part))
        except TROUBLE as error:
            log.info("part_not_finished", turn=self._turn.turn_id, error=str(error))
            self._dark = self._unclear = True
            return
        self._exact = len(self._parts)
        self._writing = self._next()

    def _next(self) -> Writing:
        """The message of the next part: one that stands there already is edited."""
        number = len(self._parts)
        if number < len(self._stands):
            return Edited(self._desk, self._turn, self._stands[number])
        if self._streams:
            return Stream(self._desk, self._turn)
        return Edited(self._desk, self._turn, None)

    @translated()
    async def finish(self, reply: Reply, *, kept: bool = True, notes: Sequence[str] = ()) -> str:
        """Leave the whole text, with buttons and where it is from under its end; that message."""
        if reply.content.startswith(self._text):  # what came with the end was not appended
            self._part += reply.content[len(self._text) :]
            self._text = reply.content
        parts = [*self._parts, *(split(self._part) if self._part.strip() else ())]
        if reply.content != self._text or not parts:
            parts, self._exact = split(reply.content), 0
        self._reply_id = reply.reply_id  # an earlier one, where that stands again
        body = blocks.reply_blocks(
            parts[-1],
            reply,
            await self._desk.said(self._turn),
            feedback=kept,
            learn_url=self._learn_url,
            notes=notes,
        )
        try:
            return await self._write(parts, body, ending(reply.content, parts[-1]))
        finally:
            await self._status.show(self._turn, None)

    async def _write(self, parts: Sequence[str], last: Sequence[Block], shows: int | None) -> str:
        if self._unclear:
            found = await self._messages.standing(self._turn, None, begun=True)
            self._stands, self._exact = found or self._stands, 0
        for number, part in enumerate(parts[:-1]):
            if number >= self._exact:
                await self._put(number, part, blocks.part_blocks(part))
        ts = await self._put(len(parts) - 1, parts[-1], last, shows)
        for surplus in self._stands[len(parts) :]:
            await self._messages.delete(self._turn, surplus)
        return ts

    async def _put(
        self, number: int, part: str, body: Sequence[Block], shows: int | None = None
    ) -> str:
        since = time.monotonic()
        known = self._stands[number] if number < len(self._stands) else None
        if known is not None and isinstance(self._writing, Stream) and self._writing.ts == known:
            await self._messages.stop(self._turn, known)
        mark = blocks.reply_mark(self._reply_id, number, shows=shows)
        ts = await self._messages.put(self._turn, known, part, body, mark)
        if ts != known:
            self._status.gone(self._turn, since)
        self._stands[number : number + 1] = [ts]
        return ts
