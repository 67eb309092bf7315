"""`Roles` from settings: user ids directly, user groups (`S…`) through Slack, remembered briefly."""

import time
from dataclasses import dataclass, field

from bot.slack.clients import Clients

REMEMBER = 60.0  # seconds that a group's members are trusted without asking again


@dataclass(frozen=True)
class SlackRoles:
    """Admins may do what curators may."""

    clients: Clients
    admins: tuple[str, ...]
    curators: tuple[str, ...]
    _groups: dict[tuple[str, str], tuple[float, frozenset[str]]] = field(default_factory=dict)

    async def is_admin(self, team: str, user: str) -> bool:
        """Whether the user is named in ADMINS, or is in a group named there."""
        return await self._among(team, user, self.admins)

    async def is_curator(self, team: str, user: str) -> bool:
        """Whether the user is named in CURATORS or ADMINS, directly or by group."""
        return await self._among(team, user, (*self.curators, *self.admins))

    async def _among(self, team: str, user: str, names: tuple[str, ...]) -> bool:
        if user in names:
            return True
        groups = [name for name in names if name.startswith("S")]
        return any([user in await self._members(team, group) for group in groups])

    async def _members(self, team: str, group: str) -> frozenset[str]:
        known = self._groups.get((team, group))
        if known is not None and known[0] > time.monotonic():
            return known[1]
        client = await self.clients.of(team)
        answer = await client.usergroups_users_list(usergroup=group, team_id=team)
        members = frozenset(answer["users"])
        self._groups[team, group] = (time.monotonic() + REMEMBER, members)
        return members
