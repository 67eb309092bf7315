"""What was said in a thread before the bot was called. Part of `reading.py`'s `SlackReader`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.conversation import Said, Turn
from bot.slack.clients import Clients
from bot.slack.names import Names
from bot.slack.text import one_line, without
from bot.slack.trouble import for_good, translated
from bot.slack.written import of_blocks, written

log = structlog.get_logger(__name__)
MOST = 200  # messages of a thread that are read: the newest
LOOKS, LARGEST = 12, 1000  # calls for the end of a longer thread, and messages that each may give
# Messages of these subtypes say something; others tell of joins, topics and deleted messages.
_SPOKEN = {None, "", "file_share", "thread_broadcast", "bot_message", "me_message"}
Json = Mapping[str, Any]


@dataclass(frozen=True)
class Threads:
    """Reads threads."""

    clients: Clients
    names: Names

    @translated()
    async def said(self, turn: Turn) -> list[Said] | None:
        """What stood in the thread before `turn`, less the bot's own messages that are no replies.

        None where Slack says that the bot may not read it.
        """
        try:
            found = await self._newest(turn)
        except SlackApiError as error:
            if not for_good(error):
                raise
            log.warning("thread_not_read", turn=turn.turn_id, error=error.response["error"])
            return None
        me = str((await (await self.clients.of(turn.team)).auth_test())["user_id"])
        # Slack's timestamps have one length, so that they compare as text.
        before = [each for each in found if str(each["ts"]) < turn.ts]
        return await self._named(turn, [each for each in before if _counts(each, me)], me)

    async def _named(self, turn: Turn, messages: Sequence[Json], me: str) -> list[Said]:
        texts = [_text(each, me) for each in messages]
        texts = await self.names.readable(turn.team, turn.channel, texts)
        users = [str(each["user"]) for each in messages if each.get("user")]
        names = await self.names.people_of(turn.team, users)
        return [
            Said(
                ts=str(each["ts"]),
                user=str(each.get("user") or each.get("bot_id") or ""),
                text=text,
                name=names.get(str(each.get("user")), "") or _app(each),
                ours=each.get("user") == me,
            )
            for each, text in zip(messages, texts, strict=True)
            if text
        ]

    async def _newest(self, turn: Turn) -> Sequence[Json]:
        """Slack gives a thread from its beginning, so the end of a long one is looked for in time:
        the span before `turn` is widened while it holds too little, narrowed while too much.
        """
        found, more = await self._replies(turn, limit=MOST)
        if not more:
            return found
        span, known, too_long = 3600.0, 0.0, 0.0
        newest: Sequence[Json] = ()
        for _ in range(LOOKS):
            since = f"{max(float(turn.ts) - span, 0):.6f}"
            found, more = await self._replies(turn, limit=LARGEST, oldest=since)
            if more:
                too_long = span
            else:
                newest, known = found[-MOST:], span
                if len(found) >= MOST or since <= turn.thread_ts:
                    break
            span = (known + too_long) / 2 if too_long else span * 24
        return newest

    async def _replies(
        self, turn: Turn, *, limit: int, oldest: str | None = None
    ) -> tuple[list[Json], bool]:
        """What lies before the turn, oldest first, and whether that is not all."""
        client = await self.clients.of(turn.team)
        page = await client.conversations_replies(
            channel=turn.channel,
            ts=turn.thread_ts,
            latest=turn.ts,
            limit=limit,
            oldest=oldest,
            include_all_metadata=True,
        )
        more = bool((page.get("response_metadata") or {}).get("next_cursor"))
        return list(page["messages"]), more


def _counts(message: Json, me: str) -> bool:
    if message.get("user") != me:
        return message.get("subtype") in _SPOKEN
    mark = message.get("metadata") or {}
    return mark.get("event_type") == "apprentice_reply" and bool(_answer(message))


def _text(message: Json, me: str) -> str:
    if message.get("user") == me:
        return _answer(message)
    names = [str(each.get("name") or each.get("id")) for each in message.get("files") or ()]
    files = [f"[file: {one_line(name)}]" for name in names]
    return "\n".join(filter(None, [without(written(message), me), *files]))


def _answer(message: Json) -> str:
    """The model's words in a reply of ours; apologies and greetings have none."""
    blocks = message.get("blocks") or ()
    return of_blocks([each for each in blocks if each.get("type") == "markdown"])


def _app(message: Json) -> str:
    profile = message.get("bot_profile") or {}
    return str(profile.get("name") or message.get("username") or "")
