"""Names instead of ids in what was written: people, channels, groups. Asked of Slack, remembered.

Nothing here stops an answer: what Slack does not tell stays an id, or a private channel.
"""

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

import structlog

from bot.slack.clients import Clients
from bot.slack.people import AFTER_TROUBLE, MOST, REMEMBER, People
from bot.slack.text import readable, references
from bot.slack.trouble import TROUBLE

log = structlog.get_logger(__name__)
MOST_ASKED = 60  # ids looked up for one reading; nobody names more people in earnest
AT_ONCE = 8


@dataclass(frozen=True)
class Names:
    """Looks ids up in a workspace. `Places`, too."""

    clients: Clients
    people: People
    _known: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)

    async def readable(self, team: str, channel: str, texts: Sequence[str]) -> list[str]:
        """Texts of Slack's with names. A private channel's name is told only in that channel."""
        found = {wanted: label for text in texts for wanted, label in references(text)}
        names = await self._names(team, channel, list(found)[:MOST_ASKED])
        return [readable(text, names) for text in texts]

    async def people_of(self, team: str, users: Sequence[str]) -> dict[str, str]:
        """Display names by user id."""
        free = asyncio.Semaphore(AT_ONCE)

        async def name(user: str) -> str:
            async with free:
                return (await self.people.person(team, user)).name

        asked = list(dict.fromkeys(users))
        return dict(zip(asked, await asyncio.gather(*map(name, asked)), strict=True))

    async def place(self, team: str, channel: str) -> str:
        """`#name` of a public channel; empty for any other: who is not in it does not learn its name."""
        name = await self._channel(team, channel, "")
        return f"#{name}" if name else ""

    async def _names(self, team: str, channel: str, ids: Sequence[str]) -> dict[str, str]:
        users = [each for each in ids if each[:1] in {"U", "W"}]
        names = {
            user: name for user, name in (await self.people_of(team, users)).items() if name != user
        }
        for each in ids:
            if each[:1] in {"C", "G", "D"}:
                names[each] = await self._channel(team, each, channel)
            elif each[:1] == "S":
                names[each] = await self._group(team, each)
        return {each: name for each, name in names.items() if name}

    async def _channel(self, team: str, channel: str, here: str) -> str:
        known = self._remembered(team, channel)
        if known is None:
            try:
                client = await self.clients.hasty(team)
                found = (await client.conversations_info(channel=channel))["channel"]
                private = found.get("is_private") or found.get("is_im") or found.get("is_mpim")
                known = ("?" if private else "") + str(found.get("name") or "")
                self._remember(team, channel, known, REMEMBER)
            except TROUBLE as error:
                log.info("channel_not_known", channel=channel, error=str(error))
                known = "?"
                self._remember(team, channel, known, AFTER_TROUBLE)
        if known.startswith("?"):
            return known[1:] if channel == here else ""
        return known

    async def _group(self, team: str, group: str) -> str:
        known = self._remembered(team, group)
        if known is not None:
            return known
        try:
            client = await self.clients.hasty(team)
            for each in (await client.usergroups_list())["usergroups"]:
                self._remember(team, str(each["id"]), str(each.get("handle") or ""), REMEMBER)
        except TROUBLE as error:
            log.info("groups_not_known", group=group, error=str(error))
        if self._remembered(team, group) is None:
            self._remember(team, group, "", AFTER_TROUBLE)
        return self._remembered(team, group) or ""

    def _remembered(self, team: str, what: str) -> str | None:
        until, known = self._known.get((team, what), (0.0, ""))
        return known if until > time.monotonic() else None

    def _remember(self, team: str, what: str, name: str, seconds: float) -> None:
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[team, what] = (time.monotonic() + seconds, name)
