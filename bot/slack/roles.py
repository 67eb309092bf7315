"""`Roles` from settings: user ids directly, user groups (`S…`) through Slack, remembered briefly."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog
from slack_sdk.errors import SlackApiError

from bot.slack.clients import Clients

log = structlog.get_logger(__name__)
REMEMBER = 60.0  # seconds that a group's members are trusted without asking again
# Slack's words for trouble that passes; after any other the group has no members to speak of.
PASSING = ("ratelimited", "internal_error", "fatal_error", "service_unavailable", "request_timeout")


async def nobody(team: str) -> str:  # noqa: ARG001
    """A single workspace: who installed the app has no rights by that."""
    return ""


@dataclass(frozen=True)
class SlackRoles:
    """Admins may do what curators may; `installer` names one more admin of a workspace, if any."""

    clients: Clients
    admins: tuple[str, ...]
    curators: tuple[str, ...]
    installer: Callable[[str], Awaitable[str]] = nobody
    _groups: dict[tuple[str, str], tuple[float, frozenset[str]]] = field(default_factory=dict)

    async def is_admin(self, team: str, user: str) -> bool:
        """Whether the user is named in ADMINS, is in a group named there, or installed the app."""
        return await self._installed(team, user) or await self._among(team, user, self.admins)

    async def is_curator(self, team: str, user: str) -> bool:
        """Whether the user is named in CURATORS or ADMINS, directly or by group."""
        names = (*self.curators, *self.admins)
        return await self._installed(team, user) or await self._among(team, user, names)

    async def admins_of(self, team: str) -> tuple[str, ...]:
        """Names of admins and their groups, who installed the app before all others."""
        first = await self.installer(team)
        return (first, *self.admins) if first else self.admins

    async def _installed(self, team: str, user: str) -> bool:
        return bool(user) and await self.installer(team) == user

    async def _among(self, team: str, user: str, names: tuple[str, ...]) -> bool:
        if user in names:
            return True
        groups = [name for name in names if name.startswith("S")]
        for group in groups:
            if user in await self._members(team, group):
                return True
        return False

    async def _members(self, team: str, group: str) -> frozenset[str]:
        known = self._groups.get((team, group))
        if known is not None and known[0] > time.monotonic():
            return known[1]
        client = await self.clients.of(team)
        where = team if team.startswith("T") else None  # an organisation has none of its own
        try:
            answer = await client.usergroups_users_list(usergroup=group, team_id=where)
            members = frozenset(answer["users"])
        except SlackApiError as error:  # of another workspace, gone, or the plan has no groups
            if error.response.get("error") in PASSING or error.response.status_code >= 500:
                raise
            log.warning("group_not_known", team=team, group=group, error=str(error))
            members = frozenset()
        self._groups[team, group] = (time.monotonic() + REMEMBER, members)
        return members
