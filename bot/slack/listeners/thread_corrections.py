"""Messages "correct: …" in a thread: taken before they could become a question to the model.

Comes before the listener of messages; what they do happens in the durable task (`correcting.py`).
"""

from collections.abc import Mapping
from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext

from bot.domain.correcting import CorrectingMessage, correction_in
from bot.slack.files import shared_files
from bot.slack.listeners.deliveries import known, remember
from bot.slack.listeners.second_thoughts import edited, forget
from bot.slack.services import Services
from bot.slack.team import team_of
from bot.slack.text import mentions, without
from bot.slack.written import written

_SPOKEN = {None, "file_share", "thread_broadcast"}


class ThreadCorrections:
    """Listener of messages that correct a reply, were such, or become such."""

    def __init__(self, services: Services) -> None:
        self._services = services

    async def concerned(self, body: Mapping[str, Any], context: AsyncBoltContext) -> bool:
        """Whether this delivery is one of them; any other is left to the listener of messages."""
        return await self._asked(body["event"], context) is not None

    async def message(self, body: Mapping[str, Any], context: AsyncBoltContext) -> None:
        """Queue what it asks for, once."""
        if await known(self._services, body, context):
            return
        asked = await self._asked(body["event"], context)
        if asked is not None:
            await self._services.tasks.correct(asked)
            if not asked.gone:  # what was taken for a question, until an edit made it this
                await forget(self._services, asked.team, f"{asked.channel}:{asked.ts}")
        await remember(self._services, body, context)

    async def _asked(
        self, event: Mapping[str, Any], context: AsyncBoltContext
    ) -> CorrectingMessage | None:
        team, bot_user = team_of(context), str(context.bot_user_id)
        subtype = event.get("subtype")
        if subtype == "message_changed":
            return await self._edited(team, event, bot_user)
        if subtype == "message_deleted":
            return await self._deleted(team, event, bot_user)
        return await self._said(team, event, bot_user) if subtype in _SPOKEN else None

    async def _said(
        self, team: str, event: Mapping[str, Any], bot_user: str
    ) -> CorrectingMessage | None:
        text = _correction(event, bot_user) if corrects(event, bot_user) else None
        if text is None or not await self._addressed(team, event, bot_user):
            return None
        return _message(team, event["channel"], event, float(event["ts"]), text)

    async def _edited(
        self, team: str, event: Mapping[str, Any], bot_user: str
    ) -> CorrectingMessage | None:
        """Another text replaces the correction; none takes it back."""
        channel, message = event["channel"], event["message"]
        if not message.get("user") or message.get("bot_id"):
            return None
        if not edited(message, event.get("previous_message") or {}):
            return None
        at = float((message.get("edited") or {}).get("ts") or event["event_ts"])
        text = _correction(message, bot_user)
        made = _message(team, channel, message, at, text or "", gone=text is None)
        before = await self._services.verdicts.pointed(team, made.origin)
        was = _correction(event.get("previous_message") or {}, bot_user) is not None
        if was or before:
            return made
        outer = {"channel": channel, "channel_type": event.get("channel_type"), "type": "message"}
        becomes = text is not None and await self._addressed(team, {**message, **outer}, bot_user)
        return made if becomes else None

    async def _deleted(
        self, team: str, event: Mapping[str, Any], bot_user: str
    ) -> CorrectingMessage | None:
        """The correction is taken back."""
        gone = event.get("previous_message") or {}
        if not gone.get("user") or gone.get("bot_id"):
            return None
        message = {**gone, "ts": event.get("deleted_ts") or gone["ts"]}
        made = _message(team, event["channel"], message, float(event["event_ts"]), "", gone=True)
        before = await self._services.verdicts.pointed(team, made.origin)
        was = _correction(gone, bot_user) is not None
        return made if was or before else None

    async def _addressed(self, team: str, event: Mapping[str, Any], bot_user: str) -> bool:
        direct = event.get("channel_type") == "im" or event["type"] == "app_mention"
        if direct or mentions(str(event.get("text") or ""), bot_user):
            return True
        thread_ts = event.get("thread_ts")
        return thread_ts is not None and await self._services.turns.knows_thread(
            team, event["channel"], thread_ts
        )


def corrects(event: Mapping[str, Any], bot_user: str) -> bool:
    """Whether a message has the form of a correction; whose business it is is another question."""
    spoken = event.get("subtype") in _SPOKEN and not event.get("bot_id")
    return spoken and _correction(event, bot_user) is not None


def _correction(message: Mapping[str, Any], bot_user: str) -> str | None:
    if not message.get("user"):
        return None
    text = without(written(message), bot_user)
    return correction_in(text, files=bool(message.get("files")))


def _message(
    team: str,
    channel: str,
    message: Mapping[str, Any],
    at: float,
    text: str,
    *,
    gone: bool = False,
) -> CorrectingMessage:
    return CorrectingMessage(
        team=team,
        channel=channel,
        ts=message["ts"],
        thread_ts=message.get("thread_ts") or message["ts"],
        user=message["user"],
        at=at,
        text=text,
        files=shared_files(message),
        gone=gone,
    )
