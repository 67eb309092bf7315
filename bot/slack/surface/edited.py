"""A message that is posted and edited while it is written, where it may not be streamed."""

from typing import Any

import structlog

from bot.domain.conversation import Turn
from bot.slack.blocks.reply import draft_blocks, draft_mark, notification
from bot.slack.surface.messages import error_of
from bot.slack.surface.pace import wait_of
from bot.slack.surface.writing import BUFFER, Desk, Unclear
from bot.slack.trouble import TROUBLE, for_good

log = structlog.get_logger(__name__)


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
        enough = text.strip() if self.ts is None else len(text) - self._shown >= BUFFER
        if not enough or not self._desk.edits.take(self._turn.team):
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
        anew, said = self._turn.revision > 0, await self._desk.said(self._turn)
        content: dict[str, Any] = {
            "channel": self._turn.channel,
            "text": notification(text) or said.writing_anew,
            "blocks": draft_blocks(text, said, self._turn.turn_id, anew=anew),
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
