"""One message while it is written: streamed by Slack, or posted and edited where it may not be."""

import time
from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.models.messages.chunk import BlocksChunk, Chunk, MarkdownTextChunk

from bot.domain.conversation import Turn
from bot.slack.blocks.reply import draft_blocks, draft_mark, notification, stop_button
from bot.slack.clients import Clients
from bot.slack.surface.messages import OVER, error_of
from bot.slack.surface.pace import Pace, wait_of
from bot.slack.trouble import TROUBLE, for_good
from bot.texts.chat import ChatTexts

log = structlog.get_logger(__name__)
BUFFER = 60  # characters before a message is begun, and between two calls
STREAM_LIFE = 270.0  # seconds; Slack ends a stream about five minutes after its start
APPENDS = 0.6  # seconds between two calls of chat.appendStream: tier 4, 100 a minute
EDITS = 1.2  # seconds between two live edits: tier 3, 50 a minute
# Slack's words for "something went wrong": the call may have been carried out.
_UNCLEAR = ("internal_error", "fatal_error", "request_timeout", "service_unavailable")


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
    """What messages of one workspace are written with. `life` is a stream's, in seconds."""

    clients: Clients
    said: ChatTexts
    appends: Pace
    edits: Pace
    life: float


class Stream:
    """A message streamed by Slack; while it grows, a stop button stands above the text."""

    def __init__(self, desk: Desk, turn: Turn) -> None:
        self.ts: str | None = None
        self._desk = desk
        self._turn = turn
        self._sent = ""
        self._began = 0.0

    @property
    def old(self) -> bool:
        """Too old to be sure that Slack takes more of it."""
        return self.ts is not None and time.monotonic() - self._began >= self._desk.life

    async def show(self, text: str) -> None:
        """Begin the stream, or append to it as often as Slack allows.

        Raises StreamOver, StreamRefused and Unclear.
        """
        fresh = text[len(self._sent) :]
        if len(fresh) < BUFFER:
            return
        if self.ts is None:
            await self._start(fresh)
        elif not await self._append(fresh):
            return
        self._sent = text

    async def _start(self, text: str) -> None:
        button = BlocksChunk(blocks=[stop_button(self._desk.said, self._turn.turn_id)])
        try:
            try:
                await self._begin([button, MarkdownTextChunk(text=text)])
            except SlackApiError as error:
                if error_of(error) not in ("invalid_chunks", "invalid_blocks"):
                    raise
                await self._begin([MarkdownTextChunk(text=text)])  # then without a button
        except TROUBLE as error:
            log.info("stream_refused", turn=self._turn.turn_id, error=str(error))
            unclear = not isinstance(error, SlackApiError) or error_of(error) in _UNCLEAR
            raise (Unclear if unclear else StreamRefused) from error

    async def _begin(self, chunks: list[Chunk]) -> None:
        client = await self._desk.clients.hasty(self._turn.team)
        answer = await client.chat_startStream(
            channel=self._turn.channel,
            thread_ts=self._turn.thread_ts,
            recipient_team_id=self._turn.home or self._turn.team,
            recipient_user_id=self._turn.user,
            chunks=chunks,
        )
        self.ts, self._began = str(answer["ts"]), time.monotonic()

    async def _append(self, text: str) -> bool:
        """Whether Slack took it; what it did not take comes with the next call."""
        team = self._turn.team
        if not self._desk.appends.take(team):
            return False
        try:
            client = await self._desk.clients.hasty(team)
            await client.chat_appendStream(
                channel=self._turn.channel,
                ts=str(self.ts),
                chunks=[MarkdownTextChunk(text=text)],
            )
        except TROUBLE as error:
            if (wait := wait_of(error)) is not None:
                self._desk.appends.hold(team, wait)
                return False
            log.info("stream_ended", turn=self._turn.turn_id, error=str(error))
            raise (StreamOver if error_of(error) in OVER else StreamRefused) from error
        return True


class Edited:
    """A message posted and edited, as often as Slack allows; also one that stood there before."""

    old = False

    def __init__(self, desk: Desk, turn: Turn, ts: str | None) -> None:
        self.ts = ts
        self._desk = desk
        self._turn = turn
        self._shown = 0

    async def show(self, text: str) -> None:
        """Post or edit; trouble with an edit is harmless, since the next one shows all again.

        Raises Unclear, and what Slack says where it will never take a message.
        """
        if len(text) - self._shown < BUFFER or not self._desk.edits.take(self._turn.team):
            return
        try:
            await self._write(text)
        except TROUBLE as error:
            log.info("live_edit_failed", turn=self._turn.turn_id, error=str(error))
            if (wait := wait_of(error)) is not None:
                self._desk.edits.hold(self._turn.team, wait)
            elif self.ts is None:
                if for_good(error):
                    raise
                raise Unclear from error
            elif error_of(error) == "streaming_state_conflict":
                await self._end_stream()
            return
        self._shown = len(text)

    async def announce(self) -> None:
        """Say in a message that stood there before that it is being written anew."""
        try:
            await self._write("")
        except TROUBLE as error:
            log.info("live_edit_failed", turn=self._turn.turn_id, error=str(error))

    async def _write(self, text: str) -> None:
        client = await self._desk.clients.hasty(self._turn.team)
        anew = self._turn.revision > 0
        content: dict[str, Any] = {
            "channel": self._turn.channel,
            "text": notification(text) or self._desk.said.writing_anew,
            "blocks": draft_blocks(text, self._desk.said, self._turn.turn_id, anew=anew),
            "metadata": draft_mark(self._turn.reply_id),
        }
        if self.ts is not None:
            await client.chat_update(ts=self.ts, **content)
            return
        thread = self._turn.thread_ts
        answer = await client.chat_postMessage(
            thread_ts=thread, unfurl_links=False, unfurl_media=False, **content
        )
        self.ts = str(answer["ts"])

    async def _end_stream(self) -> None:
        client = await self._desk.clients.hasty(self._turn.team)
        try:
            await client.chat_stopStream(channel=self._turn.channel, ts=str(self.ts))
        except TROUBLE as error:
            log.info("stream_not_stopped", turn=self._turn.turn_id, error=str(error))
