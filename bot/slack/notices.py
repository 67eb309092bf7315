"""What the bot says by itself: the one message about a run, and a word to a corrector.

Called by the durable tasks and by the listeners that change a run; remembers in Redis where the
message stands, and finds it again by its metadata if it was killed right after posting.
"""

from dataclasses import dataclass
from typing import Any, Protocol

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot import texts
from bot.domain.conversation import Reply
from bot.slack import blocks
from bot.slack.run_message import run_message, summary
from finetune import Example, Run, Status

log = structlog.get_logger(__name__)


class Places(Protocol):
    """Where the message about a run is."""

    async def place(self, team: str, run_id: str, channel: str) -> None: ...

    async def find(self, team: str, run_id: str) -> tuple[str | None, str | None]: ...

    async def posted(self, team: str, run_id: str, ts: str) -> None: ...


@dataclass(frozen=True)
class Notices:
    """Posts and updates. `admins` get a direct message about runs nobody started in Slack."""

    client: AsyncWebClient
    places: Places
    admins: tuple[str, ...]

    async def show(self, team: str, run: Run) -> None:
        """Bring the message about a run up to date; post it where there is none yet."""
        channel, ts = await self.places.find(team, run.run_id)
        if channel is None:
            channel = await self._admin_channel()
            if channel is None:
                return
            await self.places.place(team, run.run_id, channel)
        if ts is None:
            ts = await self._find(channel, run)
        content: dict[str, Any] = {
            "channel": channel,
            "text": summary(run),
            "blocks": run_message(run),
            "metadata": blocks.run_mark(run.run_id),
        }
        if ts is None:
            ts = str((await self.client.chat_postMessage(**content))["ts"])
        else:
            await self.client.chat_update(ts=ts, **content)
        await self.places.posted(team, run.run_id, ts)

    async def thank(self, reply: Reply, user: str, example: Example) -> None:
        """Tell the corrector, and nobody else, what happens to the correction."""
        text = texts.APPROVED if example.status is Status.APPROVED else texts.PENDING
        if example.status is Status.PENDING and "conflict" in example.reason:
            text = texts.CONFLICT
        try:
            await self.client.chat_postEphemeral(
                channel=reply.channel, thread_ts=reply.thread_ts, user=user, text=text
            )
        except SlackApiError as error:
            log.info("corrector_not_told", user=user, error=error.response.get("error"))

    async def _admin_channel(self) -> str | None:
        admin = next((name for name in self.admins if name[0] in "UW"), None)
        if admin is None:
            return None
        answer = await self.client.conversations_open(users=[admin])
        return str(answer["channel"]["id"])

    async def _find(self, channel: str, run: Run) -> str | None:
        page = await self.client.conversations_history(
            channel=channel, oldest=str(run.created_at - 1), include_all_metadata=True, limit=200
        )
        for message in page["messages"]:
            payload = (message.get("metadata") or {}).get("event_payload") or {}
            if payload.get("run_id") == run.run_id:
                return str(message["ts"])
        return None
