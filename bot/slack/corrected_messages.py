"""A correction in Slack: a line under the reply that names its authors, and its text in the thread.

Called where no answer of the thread is being written. Each call may be repeated: a message that a
killed predecessor posted is found by its mark.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from slack_sdk.errors import SlackApiError

from bot.domain.conversation import Reply, Turn
from bot.domain.ports import Turns
from bot.slack.blocks.corrected import corrected_mark, corrected_message, with_line
from bot.slack.blocks.reply import is_finished
from bot.slack.clients import Clients
from bot.slack.people import People
from bot.slack.splitting import last_part, split
from bot.slack.trouble import translated
from bot.texts import texts
from bot.texts.feedback import FeedbackTexts

_AWAY = frozenset({"message_not_found", "cant_update_message", "cant_delete_message"})


class Shown(NamedTuple):
    """What counts for a reply: the text, and who wrote it."""

    text: str
    who: tuple[str, ...]


@dataclass(frozen=True)
class CorrectedMessages:
    """Does not wait where Slack limits calls: the thread's next answer would wait with it."""

    clients: Clients
    people: People
    turns: Turns

    @translated()
    async def bring(self, reply: Reply, shown: Shown | None, ts: str) -> str:
        """The text first, then the line; the ts of the message with the text, or empty."""
        said = texts(await self.people.language(reply.team, reply.asker, reply.channel)).feedback
        ts = ts or await self._find(reply)
        if shown is None:
            if ts:
                await self.remove(reply.team, reply.channel, ts)
            ts = ""
        elif not ts or not await self._update(reply, ts, shown, said):
            ts = await self._post(reply, shown, said)
        await self._line(reply, shown.who if shown else (), said)
        return ts

    @translated()
    async def remove(self, team: str, channel: str, ts: str) -> None:
        """Gone already is as good."""
        try:
            await (await self.clients.hasty(team)).chat_delete(channel=channel, ts=ts)
        except SlackApiError as error:
            if error.response.get("error") not in _AWAY:
                raise

    async def _post(self, reply: Reply, shown: Shown, said: FeedbackTexts) -> str:
        answer = await (await self.clients.hasty(reply.team)).chat_postMessage(
            channel=reply.channel,
            thread_ts=reply.thread_ts,
            unfurl_links=False,
            unfurl_media=False,
            **_content(reply, shown, said),
        )
        return str(answer["ts"])

    async def _update(self, reply: Reply, ts: str, shown: Shown, said: FeedbackTexts) -> bool:
        """False when somebody has deleted the message."""
        client = await self.clients.hasty(reply.team)
        try:
            await client.chat_update(channel=reply.channel, ts=ts, **_content(reply, shown, said))
        except SlackApiError as error:
            if error.response.get("error") in _AWAY:
                return False
            raise
        return True

    async def _line(self, reply: Reply, who: Sequence[str], said: FeedbackTexts) -> None:
        """Rewrite the message with the buttons, if it still shows this very reply."""
        turn = await self.turns.get(reply.team, reply.turn_id)
        if turn is None or turn.reply_id != reply.reply_id:
            return
        ts = (await self.turns.state(turn)).posted_ts
        message = None if ts is None else await self._message(reply, turn, ts)
        text = None if message is None else _shown_in(message, reply)
        if message is None or text is None:
            return
        client = await self.clients.hasty(reply.team)
        try:
            await client.chat_update(
                channel=reply.channel,
                ts=message["ts"],
                text=message.get("text") or "",
                blocks=json.dumps(with_line(text, message["blocks"], who, said)),
                metadata=message.get("metadata") or None,
            )
        except SlackApiError as error:
            if error.response.get("error") not in _AWAY:
                raise

    async def _message(self, reply: Reply, turn: Turn, ts: str) -> Mapping[str, Any] | None:
        """As it stands in Slack: with whatever notes it was finished with."""
        page = await (await self.clients.hasty(reply.team)).conversations_replies(
            channel=turn.channel,
            ts=turn.thread_ts,
            oldest=ts,
            latest=ts,
            inclusive=True,
            include_all_metadata=True,
        )
        return next((each for each in page["messages"] if each["ts"] == ts), None)

    async def _find(self, reply: Reply) -> str:
        """The message that a killed predecessor posted without noting where; else empty."""
        cursor = ""
        while True:
            page = await (await self.clients.hasty(reply.team)).conversations_replies(
                channel=reply.channel,
                ts=reply.thread_ts,
                limit=200,
                cursor=cursor or None,
                include_all_metadata=True,
            )
            for message in page["messages"]:
                mark = message.get("metadata") or {}
                if (mark.get("event_payload") or {}).get("corrects") == reply.reply_id:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return ""


def _shown_in(message: Mapping[str, Any], reply: Reply) -> str | None:
    """What stands in a message of this reply; None where it shows another, or nobody knows."""
    mark = message.get("metadata") or {}
    about = mark.get("event_payload") or {}
    if not is_finished(mark) or about.get("reply_id") != reply.reply_id:
        return None
    shows = about.get("shows")
    if isinstance(shows, int) and 0 < shows <= len(reply.content):
        return last_part(reply.content, shows)
    return reply.content if len(split(reply.content)) == 1 and not about.get("part") else None


def _content(reply: Reply, shown: Shown, said: FeedbackTexts) -> dict[str, Any]:
    return {
        "text": shown.text[:3000],
        "blocks": corrected_message(shown.text, shown.who, said),
        "metadata": corrected_mark(reply.reply_id),
    }
