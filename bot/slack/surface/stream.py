"""A message streamed by Slack."""

import time

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.models.messages.chunk import BlocksChunk, Chunk, MarkdownTextChunk

from bot.domain.conversation import Turn
from bot.slack.blocks.reply import stop_button
from bot.slack.surface.messages import OVER, error_of
from bot.slack.surface.pace import wait_of
from bot.slack.surface.writing import BUFFER, Desk, StreamOver, StreamRefused, Unclear
from bot.slack.trouble import TROUBLE

log = structlog.get_logger(__name__)
# Slack's words for "something went wrong": the call may have been carried out.
_UNCLEAR = ("internal_error", "fatal_error", "request_timeout", "service_unavailable")


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
        if self.ts is None:
            if not fresh.strip():
                return
            await self._start(fresh)
        elif len(fresh) < BUFFER or not await self._append(fresh):
            return
        self._sent = text

    async def _start(self, text: str) -> None:
        if not self._desk.starts.take(self._turn.team):
            raise StreamRefused
        said = await self._desk.said(self._turn)
        button = BlocksChunk(blocks=[stop_button(said, self._turn.turn_id)])
        try:
            try:
                await self._begin([button, MarkdownTextChunk(text=text)])
            except SlackApiError as error:
                if error_of(error) not in ("invalid_chunks", "invalid_blocks"):
                    raise
                await self._begin([MarkdownTextChunk(text=text)])  # then without a button
        except TROUBLE as error:
            log.info("stream_refused", turn=self._turn.turn_id, error=str(error))
            if (wait := wait_of(error)) is not None:
                self._desk.starts.hold(self._turn.team, wait)
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
