"""Shows in the channel what a reply was corrected to, where the channel's setting says so.

Once a correction is approved (a curator's own is at once): a line under the reply that names its
authors, and the corrected text in the thread. Changed with the correction, taken away with it.
Called by the durable task after curation; finds what a killed predecessor posted.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import structlog
from slack_sdk.errors import SlackApiError

from bot.domain.conversation import Reply, Turn
from bot.domain.feedback import correction_example
from bot.domain.ports import Preferences, Told, Turns, Verdicts
from bot.errors import SurfaceRefused
from bot.slack.blocks.corrected import corrected_mark, corrected_message, with_line
from bot.slack.clients import Clients
from bot.slack.people import People
from bot.slack.splitting import split
from bot.slack.trouble import translated
from bot.texts import texts
from bot.texts.feedback import FeedbackTexts
from finetune import Dataset, Example, Status, digest

log = structlog.get_logger(__name__)
_AWAY = frozenset({"message_not_found", "cant_update_message", "cant_delete_message"})
BEGUN, NONE = "begun", "none"


class Shown(NamedTuple):
    """What counts for a reply: the text, and who wrote it."""

    text: str
    who: tuple[str, ...]


@dataclass(frozen=True)
class Corrected:
    """The line under a reply and the message in its thread."""

    clients: Clients
    people: People
    preferences: Preferences
    turns: Turns
    verdicts: Verdicts
    told: Told
    dataset_of: Callable[[str], Dataset]

    async def show(self, team: str, reply_id: str) -> None:
        """Bring both up to date. SurfaceUnavailable while Slack is in trouble."""
        reply = await self.turns.reply(team, reply_id)
        if reply is None:
            return
        what = f"corrected:{reply_id}"
        place = await self.told.where(team, what)
        chosen = await self.preferences.channel(team, reply.channel)
        shown = await self._counts(team, reply) if chosen.show_corrections else None
        await self._follow(team, reply, shown, wanted=chosen.show_corrections)
        ts, _, standing = (place or "").partition(" ")
        wanted = _print(shown)
        if (place is None and shown is None) or standing == wanted:
            return
        try:
            ts = await self._bring(reply, shown, ts, what)
        except SurfaceRefused as error:
            log.info("correction_not_shown", reply=reply_id, error=str(error))
        await self.told.note(team, what, f"{ts} {wanted}")

    async def due(self, team: str) -> list[str]:
        """Replies about whose corrections a curator has decided since, wherever that was."""
        found = []
        for reply_id in await self.told.waiting(team):
            reply = await self.turns.reply(team, reply_id)
            if reply is None:
                await self.told.settle(team, reply_id)
            elif await self._print(team, reply) != await self._standing(team, reply_id):
                found.append(reply_id)
        return found

    async def _follow(self, team: str, reply: Reply, shown: Shown | None, *, wanted: bool) -> None:
        """Look at it again while somebody's correction is there: a curator may decide anew."""
        corrected = any(v.correction for v in await self.verdicts.of_reply(team, reply.reply_id))
        if wanted and (corrected or shown is not None):
            await self.told.wait(team, reply.reply_id)
        else:
            await self.told.settle(team, reply.reply_id)

    async def _print(self, team: str, reply: Reply) -> str:
        return _print(await self._counts(team, reply))

    async def _standing(self, team: str, reply_id: str) -> str:
        place = await self.told.where(team, f"corrected:{reply_id}")
        return (place or "").partition(" ")[2] or NONE

    @translated()
    async def _bring(self, reply: Reply, shown: Shown | None, ts: str, what: str) -> str:
        """The text first, then the line; the ts of the message with the text, or NONE."""
        said = texts(await self.people.language(reply.team, reply.asker, reply.channel)).feedback
        if ts == BEGUN:
            ts = await self._find(reply)
        if shown is None:
            await self._remove(reply, ts)
            ts = NONE
        elif ts in ("", NONE) or not await self._update(reply, ts, shown, said):
            await self.told.note(reply.team, what, f"{BEGUN} ")
            ts = await self._post(reply, shown, said)
        await self._line(reply, shown.who if shown else (), said)
        return ts

    async def _counts(self, team: str, reply: Reply) -> Shown | None:
        """The approved correction, in the curator's words where they are others."""
        found: list[Example] = []
        for verdict in await self.verdicts.of_reply(team, reply.reply_id):
            if verdict.correction:
                example_id = correction_example(reply.reply_id, verdict.user)
                for each in (example_id, f"{example_id}-edited"):
                    example = await self.dataset_of(team).get(each)
                    if example is not None and example.status is Status.APPROVED:
                        found.append(example)
        if not found:
            return None
        last = max(found, key=lambda example: (example.updated_at, example.example_id))
        return Shown(last.answer, tuple(last.authors))

    async def _post(self, reply: Reply, shown: Shown, said: FeedbackTexts) -> str:
        answer = await (await self.clients.of(reply.team)).chat_postMessage(
            channel=reply.channel,
            thread_ts=reply.thread_ts,
            unfurl_links=False,
            **_content(reply, shown, said),
        )
        return str(answer["ts"])

    async def _update(self, reply: Reply, ts: str, shown: Shown, said: FeedbackTexts) -> bool:
        """False when somebody has deleted the message."""
        client = await self.clients.of(reply.team)
        try:
            await client.chat_update(channel=reply.channel, ts=ts, **_content(reply, shown, said))
        except SlackApiError as error:
            if error.response.get("error") in _AWAY:
                return False
            raise
        return True

    async def _remove(self, reply: Reply, ts: str) -> None:
        if ts in ("", NONE):
            return
        try:
            await (await self.clients.of(reply.team)).chat_delete(channel=reply.channel, ts=ts)
        except SlackApiError as error:
            if error.response.get("error") not in _AWAY:
                raise

    async def _line(self, reply: Reply, who: Sequence[str], said: FeedbackTexts) -> None:
        """Rewrite the message with the buttons, if it still shows this very reply."""
        turn = await self.turns.get(reply.team, reply.turn_id)
        if turn is None or turn.reply_id != reply.reply_id:
            return
        ts = (await self.turns.state(turn)).posted_ts
        message = None if ts is None else await self._message(reply, turn, ts)
        if message is None or not message.get("blocks"):
            return
        await (await self.clients.of(reply.team)).chat_update(
            channel=reply.channel,
            ts=message["ts"],
            text=message.get("text") or "",
            blocks=json.dumps(with_line(split(reply.content)[-1], message["blocks"], who, said)),
            metadata=message.get("metadata") or None,
        )

    async def _message(self, reply: Reply, turn: Turn, ts: str) -> Mapping[str, Any] | None:
        """As it stands in Slack: with whatever notes it was finished with."""
        page = await (await self.clients.of(reply.team)).conversations_replies(
            channel=turn.channel,
            ts=turn.thread_ts,
            oldest=ts,
            latest=ts,
            inclusive=True,
            include_all_metadata=True,
        )
        return next((each for each in page["messages"] if each["ts"] == ts), None)

    async def _find(self, reply: Reply) -> str:
        """The message that a killed predecessor posted without noting where; else NONE."""
        cursor = ""
        while True:
            page = await (await self.clients.of(reply.team)).conversations_replies(
                channel=reply.channel,
                ts=reply.thread_ts,
                limit=200,
                cursor=cursor or None,
                include_all_metadata=True,
            )
            for message in page["messages"]:
                mark = message.get("metadata") or {}
                same = (mark.get("event_payload") or {}).get("corrects") == reply.reply_id
                if same:
                    return str(message["ts"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return NONE


def _print(shown: Shown | None) -> str:
    """Tells one state of what is shown from another."""
    return NONE if shown is None else digest([shown.text, shown.who])


def _content(reply: Reply, shown: Shown, said: FeedbackTexts) -> dict[str, Any]:
    return {
        "text": shown.text[:3000],
        "blocks": corrected_message(shown.text, shown.who, said),
        "metadata": corrected_mark(reply.reply_id),
    }
