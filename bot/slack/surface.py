"""`Surface` on Slack: a reply streamed into its thread, finished with feedback buttons.

Called by `chat.py`. What a killed predecessor left is found by its stored ts or, failing that, as
the bot's own message in the thread that carries no mark of a finished reply.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block
from slack_sdk.models.metadata import Metadata
from slack_sdk.web.async_chat_stream import AsyncChatStream

from bot.domain.conversation import Reply, Stage, Turn
from bot.domain.ports import LiveReply
from bot.slack.blocks import reply as blocks
from bot.slack.clients import Clients
from bot.slack.people import People
from bot.slack.splitting import PART_LIMIT, split
from bot.slack.trouble import TROUBLE, for_good, translated
from bot.texts import texts

log = structlog.get_logger(__name__)
BUFFER = 60  # characters between two calls of chat.appendStream
PAGE = 200


@dataclass(frozen=True)
class SlackSurface:
    """Streams are not waited for where Slack limits them, since posting whole is as good."""

    clients: Clients
    people: People

    @translated()
    async def open(self, turn: Turn, posted_ts: str | None, *, resumed: bool) -> LiveReply:
        """Begin a stream, or take over the message of a killed predecessor."""
        await self.status(turn, Stage.THINKING)
        if posted_ts is None and resumed:
            posted_ts = await self.find(turn)
        stream = None
        if posted_ts is None:
            stream = await (await self.clients.hasty(turn.team)).chat_stream(
                channel=turn.channel,
                thread_ts=turn.thread_ts,
                recipient_team_id=turn.team,
                recipient_user_id=turn.user,
                buffer_size=BUFFER,
            )
        return SlackReply(self, turn, stream, posted_ts)

    @translated()
    async def say(self, turn: Turn, posted_ts: str | None, text: str, *, resumed: bool) -> str:
        """Post a sentence once, in the place of whatever was begun."""
        ts = posted_ts
        if ts is None and resumed:
            ts = await self.find(turn)
        mark = blocks.reply_mark(turn.turn_id)
        if ts is None:
            return await self.post(turn, text, mark=mark)
        await self.close_stream(turn, ts)
        await (await self.clients.of(turn.team)).chat_update(
            channel=turn.channel, ts=ts, text=text, blocks=[], metadata=mark
        )
        return ts

    async def find(self, turn: Turn, part: int = 0) -> str | None:
        """The message that shows `part` of the reply to `turn`, or an orphan that will."""
        me = await (await self.clients.of(turn.team)).auth_test()
        for message in await self._replies(turn, oldest=turn.ts) or ():
            if message.get("user") != me["user_id"] or message["ts"] <= turn.ts:
                continue
            mark = message.get("metadata") or {}
            payload = mark.get("event_payload") or {}
            if not mark.get("event_type") and part == 0:
                return str(message["ts"])
            if payload.get("reply_id") == turn.turn_id and payload.get("part", 0) == part:
                return str(message["ts"])
        return None

    async def post(
        self,
        turn: Turn,
        text: str,
        *,
        mark: Metadata,
        body: Sequence[Block] | None = None,
    ) -> str:
        """Post into the thread of the turn; the ts."""
        answer = await (await self.clients.of(turn.team)).chat_postMessage(
            channel=turn.channel,
            thread_ts=turn.thread_ts,
            text=text,
            blocks=body,
            metadata=mark,
            unfurl_links=False,
        )
        return str(answer["ts"])

    async def close_stream(self, turn: Turn, ts: str) -> None:
        """Stop streaming if it still goes on; a stream that is over says so, which is fine."""
        try:
            await (await self.clients.hasty(turn.team)).chat_stopStream(channel=turn.channel, ts=ts)
        except SlackApiError as error:
            log.debug("stream_already_over", turn=turn.turn_id, error=error.response.get("error"))

    async def status(self, turn: Turn, stage: Stage | None) -> None:
        """Say what is being done, or no more; trouble on the way is harmless."""
        language = await self.people.language(turn.team, turn.user, turn.channel)
        status = "" if stage is None else getattr(texts(language).chat, stage.value)
        try:
            await (await self.clients.hasty(turn.team)).assistant_threads_setStatus(
                channel_id=turn.channel, thread_ts=turn.thread_ts, status=status
            )
        except TROUBLE as error:
            log.info("status_not_shown", turn=turn.turn_id, error=str(error))

    async def _replies(self, turn: Turn, **bounds: Any) -> list[dict[str, Any]] | None:
        """The thread; None where Slack says that the bot may not read it."""
        try:
            return await self._all_replies(turn, bounds)
        except SlackApiError as error:
            if not for_good(error):
                raise
            log.warning("thread_not_read", turn=turn.turn_id, error=error.response["error"])
            return None

    async def _all_replies(self, turn: Turn, bounds: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor = ""
        while True:
            page = await (await self.clients.of(turn.team)).conversations_replies(
                channel=turn.channel,
                ts=turn.thread_ts,
                limit=PAGE,
                cursor=cursor or None,
                include_all_metadata=True,
                **bounds,
            )
            found += page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return found


class SlackReply:
    """`LiveReply`: streams while Slack lets it, and always ends in the whole text."""

    def __init__(
        self, surface: SlackSurface, turn: Turn, stream: AsyncChatStream | None, ts: str | None
    ) -> None:
        self._surface = surface
        self._turn = turn
        self._stream = stream
        self._ts = ts
        self._shown = 0
        self._tried = False

    @translated()
    async def append(self, text: str) -> str | None:
        """Show more, unless streaming was refused or the message is full."""
        self._shown += len(text)
        if self._stream is not None and self._shown <= PART_LIMIT:
            self._tried = True
            try:
                await self._stream.append(markdown_text=text)
            except TROUBLE as error:
                self._abandon(error)
        return self._ts if self._stream is None else self._stream.ts

    @translated()
    async def finish(self, reply: Reply, *, kept: bool = True, notes: Sequence[str] = ()) -> str:  # noqa: ARG002
        """End the stream with the buttons; where it cannot, write the text whole."""
        parts = split(reply.content)
        if self._stream is not None and self._shown == len(reply.content) and len(parts) == 1:
            self._tried = True
            try:
                await self._stream.stop(
                    blocks=[blocks.feedback_buttons()] if kept else [],
                    metadata=blocks.reply_mark(reply.reply_id),
                )
                return str(self._stream.ts)
            except TROUBLE as error:
                self._abandon(error)
        if self._stream is not None:
            self._ts = self._stream.ts
        if self._ts is None and self._tried:
            # The call that failed for us may have succeeded for Slack.
            self._ts = await self._surface.find(self._turn)
        return await self._write(reply, parts, kept=kept)

    def _abandon(self, error: Exception) -> None:
        log.info("stream_refused", turn=self._turn.turn_id, error=str(error))
        self._ts = None if self._stream is None else self._stream.ts
        self._stream = None

    async def _write(self, reply: Reply, parts: list[str], *, kept: bool) -> str:
        """Each part in a message of its own, the buttons under the last."""
        ts = ""
        for number, part in enumerate(parts):
            body = blocks.reply_message(part, feedback=kept and number == len(parts) - 1)
            mark = blocks.reply_mark(reply.reply_id, number)
            known = self._ts if number == 0 else await self._surface.find(self._turn, number)
            if known is None:
                ts = await self._surface.post(self._turn, part[:3000], mark=mark, body=body)
                continue
            ts = known
            await self._surface.close_stream(self._turn, ts)
            await (await self._surface.clients.of(self._turn.team)).chat_update(
                channel=self._turn.channel,
                ts=ts,
                text=part[:3000],
                blocks=json.dumps([block.to_dict() for block in body]),
                metadata=mark,
            )
        return ts
