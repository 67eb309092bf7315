"""What admins hear unasked, each thing once: a scheduled retraining that was skipped, a model that
will be shut down.

Called by the durable tasks. A message is marked with what it says, so that one posted by a process
that was killed right afterwards is found again.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime

import structlog
from slack_sdk.models.metadata import Metadata

from bot.domain.ports import Told
from bot.errors import SurfaceRefused
from bot.slack.blocks.parts import date, section
from bot.slack.blocks.problems import skip_reason
from bot.slack.blocks.retiring import retiring_line
from bot.slack.clients import Clients
from bot.slack.notices import Notices
from bot.slack.trouble import translated
from bot.texts import Texts
from finetune import Preview, Retiring

log = structlog.get_logger(__name__)
BEGUN, DONE = "begun", "done"
LOOK_BACK = 3600.0  # seconds in which a killed predecessor may have posted


@dataclass(frozen=True)
class Announcing:
    """Posts in the admins' channel, else to the first admin. SurfaceUnavailable: try again."""

    clients: Clients
    notices: Notices
    told: Told
    admins_of: Callable[[str], Awaitable[tuple[str, ...]]]

    async def skipped(self, team: str, due: datetime, preview: Preview, wanted: int) -> bool:
        """Whether a run must not start now; then admins are told why, once for each due time."""
        if skip_reason(preview, wanted, await self.notices.said(team, "")) is None:
            return False

        def text(said: Texts) -> str:
            reason = skip_reason(preview, wanted, said) or ""
            return said.runs.skipped.format(date=date(due.timestamp()), reason=reason)

        await self._once(team, f"skipped:{due:%Y-%m-%dT%H:%M}", text)
        return True

    async def ends(self, team: str, each: Retiring, champion: str) -> None:
        """Warn of a model's end, once for each of the days ahead."""
        now = time.time()
        reached = each.threshold(now)
        if reached is None:
            return

        def text(said: Texts) -> str:
            return retiring_line(each, champion, said.runs, now)

        await self._once(team, f"ends:{each.model}:{each.at:.0f}:{reached}", text)

    async def _once(self, team: str, what: str, text: Callable[[Texts], str]) -> None:
        known = await self.told.where(team, what)
        if known == DONE:
            return
        if not known:
            await self.told.note(team, what, BEGUN)
        for channel in await self._channels(team):
            try:
                if not known or not await self._posted(team, channel, what):
                    await self._post(team, channel, what, text)
                break
            except SurfaceRefused as error:
                log.warning("admins_not_told", team=team, what=what, error=str(error))
        await self.told.note(team, what, DONE)

    async def _channels(self, team: str) -> list[str]:
        people = await self.admins_of(team)
        user = next((name for name in people if name[:1] in ("U", "W")), "")
        return [place for place in (self.notices.admin_channel, user) if place]

    @translated()
    async def _open(self, team: str, place: str) -> str:
        if place[:1] not in ("U", "W"):
            return place
        answer = await (await self.clients.of(team)).conversations_open(users=[place])
        return str(answer["channel"]["id"])

    @translated()
    async def _posted(self, team: str, place: str, what: str) -> bool:
        channel = await self._open(team, place)
        page = await (await self.clients.of(team)).conversations_history(
            channel=channel,
            oldest=str(time.time() - LOOK_BACK),
            include_all_metadata=True,
            limit=200,
        )
        marks = [(message.get("metadata") or {}) for message in page["messages"]]
        return any((mark.get("event_payload") or {}).get("what") == what for mark in marks)

    @translated()
    async def _post(self, team: str, place: str, what: str, text: Callable[[Texts], str]) -> None:
        channel = await self._open(team, place)
        said = text(await self.notices.said(team, channel))
        await (await self.clients.of(team)).chat_postMessage(
            channel=channel,
            text=said,
            blocks=[section(said)],
            metadata=Metadata("apprentice_told", {"what": what}),
            unfurl_links=False,
            unfurl_media=False,
        )
