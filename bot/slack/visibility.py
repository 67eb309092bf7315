"""Who may see a channel: only they may say something about the replies in it.

A public channel is open to every full member of the workspace; anything else, and anything for
guests and for people of another company, to those who are in it. What Slack does not tell is no.
"""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from slack_sdk.errors import SlackApiError

from bot.slack.clients import Clients
from bot.slack.trouble import TROUBLE, for_good, translated

log = structlog.get_logger(__name__)
REMEMBER = 60.0  # seconds that an answer of Slack's holds
PAGE = 200
MOST = 10_000  # answers remembered by one process


@dataclass(frozen=True)
class Visibility:
    """Asks Slack, and remembers briefly."""

    clients: Clients
    _known: dict[tuple[str, str, str], tuple[float, bool]] = field(default_factory=dict)

    async def sees(self, team: str, user: str, channel: str) -> bool:
        """Whether this person may see the channel. SurfaceUnavailable when Slack does not answer."""
        until, known = self._known.get((team, user, channel), (0.0, False))
        if until > time.monotonic():
            return known
        seen = await self._ask(team, user, channel)
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[team, user, channel] = (time.monotonic() + REMEMBER, seen)
        return seen

    @translated()
    async def _ask(self, team: str, user: str, channel: str) -> bool:
        try:
            if await self._open(team, channel) and await self._full_member(team, user):
                return True
            return await self._inside(team, user, channel)
        except TROUBLE as error:
            if not (for_good(error) or _unknown(error)):
                raise
            log.warning("not_seen", team=team, user=user, channel=channel, error=str(error))
            return False

    async def _open(self, team: str, channel: str) -> bool:
        """Whether the channel is public."""
        found = await (await self.clients.hasty(team)).conversations_info(channel=channel)
        about: Mapping[str, Any] = found["channel"]
        closed = ("is_private", "is_im", "is_mpim", "is_group")
        return bool(about.get("is_channel")) and not any(about.get(name) for name in closed)

    async def _full_member(self, team: str, user: str) -> bool:
        """Of this workspace (or organisation), and no guest; a stranger Slack may not even tell."""
        try:
            found = await (await self.clients.hasty(team)).users_info(user=user)
        except SlackApiError as error:
            if _unknown(error):
                return False
            raise
        person: Mapping[str, Any] = found["user"]
        limited = ("is_restricted", "is_ultra_restricted", "is_stranger", "deleted", "is_bot")
        if any(person.get(name) for name in limited):
            return False
        grid: Mapping[str, Any] = person.get("enterprise_user") or {}
        homes = {person.get("team_id"), grid.get("enterprise_id"), *(grid.get("teams") or ())}
        return team in homes

    async def _inside(self, team: str, user: str, channel: str) -> bool:
        client, cursor = await self.clients.hasty(team), ""
        while True:
            page = await client.conversations_members(
                channel=channel, limit=PAGE, cursor=cursor or None
            )
            if user in page["members"]:
                return True
            cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
            if not cursor:
                return False


def _unknown(error: Exception) -> bool:
    """Slack's words for somebody or something that the bot may not know."""
    words = {
        "user_not_found",
        "user_not_visible",
        "channel_not_found",
        "method_not_supported_for_channel_type",
        "fetch_members_failed",
    }
    return isinstance(error, SlackApiError) and error.response.get("error") in words
