"""The messages that a reply stands in: find, post, rewrite, remove them. Each may be done twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.models.blocks import Block
from slack_sdk.models.metadata import Metadata

from bot.domain.conversation import Turn
from bot.slack.blocks.reply import marked_turn, notification, stops
from bot.slack.clients import Clients
from bot.slack.text import readable
from bot.slack.trouble import for_good
from bot.slack.written import of_blocks

log = structlog.get_logger(__name__)
PAGE = 200
OVER = ("message_not_in_streaming_state",)
AWAY = ("message_not_found", "cant_update_message", "cant_delete_message", "edit_window_closed")
_STREAMED = {"markdown", "rich_text", "section"}  # blocks of which a streamed text is made


def error_of(error: Exception) -> str:
    """Slack's word for it; empty for what is no answer of Slack's."""
    return str(error.response.get("error")) if isinstance(error, SlackApiError) else ""


@dataclass(frozen=True)
class Messages:
    """Waits where Slack limits calls: nothing here has another way."""

    clients: Clients

    async def standing(self, turn: Turn, posted_ts: str | None, *, begun: bool) -> list[str]:
        """Where the reply to `turn`, or what was begun of it, stands; in order.

        `begun`: an unmarked message of ours is a stream of a predecessor that was killed before it
        could note where it is.
        """
        me = str((await (await self.clients.of(turn.team)).auth_test())["user_id"])
        found = await self._replies(turn)
        ours = {
            str(each["ts"])
            for each in found or ()
            if each.get("user") == me and each["ts"] > turn.ts and _shows(each, turn, begun)
        }
        there = {str(each["ts"]) for each in found or ()}
        if posted_ts is not None and (found is None or posted_ts in there):
            ours.add(posted_ts)
        return sorted(ours)

    async def read(self, turn: Turn, standing: Sequence[str]) -> str:
        """The answer's text in these messages, as far as they may be read."""
        found = {str(each["ts"]): each for each in await self._replies(turn) or ()}
        parts = [_text(found[ts].get("blocks") or ()) for ts in standing if ts in found]
        return "\n\n".join(filter(None, parts))

    async def post(self, turn: Turn, text: str, blocks: Sequence[Block], mark: Metadata) -> str:
        """A new message in the thread of the turn; its ts."""
        answer = await (await self.clients.of(turn.team)).chat_postMessage(
            channel=turn.channel,
            thread_ts=turn.thread_ts,
            text=notification(text),
            blocks=blocks or None,
            metadata=mark,
            unfurl_links=False,
            unfurl_media=False,
        )
        return str(answer["ts"])

    async def put(
        self, turn: Turn, ts: str | None, text: str, blocks: Sequence[Block], mark: Metadata
    ) -> str:
        """Rewrite a message; where there is none (any more), post it. The ts."""
        if ts is None:
            return await self.post(turn, text, blocks, mark)
        try:
            await self.update(turn, ts, text, blocks, mark)
        except SlackApiError as error:
            if error_of(error) == "streaming_state_conflict":
                await self.stop(turn, ts)
                await self.update(turn, ts, text, blocks, mark)
            elif error_of(error) in AWAY:
                return await self.post(turn, text, blocks, mark)
            else:
                raise
        return ts

    async def update(
        self, turn: Turn, ts: str, text: str, blocks: Sequence[Block], mark: Metadata
    ) -> None:
        """Rewrite a message that is not streamed."""
        await (await self.clients.of(turn.team)).chat_update(
            channel=turn.channel,
            ts=ts,
            text=notification(text),
            blocks=list(blocks),
            metadata=mark,
        )

    async def stop(self, turn: Turn, ts: str) -> None:
        """End a stream; one that is over says so, which is fine."""
        try:
            await (await self.clients.of(turn.team)).chat_stopStream(channel=turn.channel, ts=ts)
        except SlackApiError as error:
            if error_of(error) not in (*OVER, *AWAY):
                raise
            log.debug("stream_already_over", turn=turn.turn_id, error=error_of(error))

    async def delete(self, turn: Turn, ts: str) -> None:
        """Take a message away, streamed or not; gone already is as good."""
        await self.stop(turn, ts)
        try:
            await (await self.clients.of(turn.team)).chat_delete(channel=turn.channel, ts=ts)
        except SlackApiError as error:
            if error_of(error) not in AWAY and not for_good(error):
                raise
            log.info("message_gone_already", turn=turn.turn_id, error=error_of(error))

    async def _replies(self, turn: Turn) -> list[Mapping[str, Any]] | None:
        """The thread since the turn; None where Slack says that the bot may not read it."""
        found: list[Mapping[str, Any]] = []
        cursor = ""
        while True:
            try:
                page = await (await self.clients.of(turn.team)).conversations_replies(
                    channel=turn.channel,
                    ts=turn.thread_ts,
                    oldest=turn.ts,
                    limit=PAGE,
                    cursor=cursor or None,
                    include_all_metadata=True,
                )
            except SlackApiError as error:
                if not for_good(error):
                    raise
                log.warning("thread_not_read", turn=turn.turn_id, error=error_of(error))
                return None
            found += page["messages"]
            cursor = (page.get("response_metadata") or {}).get("next_cursor", "")
            if not cursor:
                return found


def _shows(message: Mapping[str, Any], turn: Turn, begun: bool) -> bool:
    mark, blocks = message.get("metadata") or {}, message.get("blocks") or ()
    if mark.get("event_type"):
        return marked_turn(mark) == turn.turn_id
    stopping = stops(blocks)
    if stopping is not None:
        return stopping == turn.turn_id
    return begun and bool(blocks) and all(block.get("type") in _STREAMED for block in blocks)


def _text(blocks: Sequence[Mapping[str, Any]]) -> str:
    """Markdown as it was sent; where Slack made rich text of it, that."""
    said = [block for block in blocks if block.get("type") in _STREAMED]
    if any(block.get("type") == "markdown" for block in said):
        return of_blocks([block for block in said if block.get("type") == "markdown"])
    return readable(of_blocks(said), {})
