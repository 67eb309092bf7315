"""Who is who in a workspace: names, locales, guests. Asked of Slack, remembered for a while.

A name that Slack does not tell is the id; nothing here stops an answer.
"""

import time
from dataclasses import dataclass, field

import structlog

from bot.domain.ports import Preferences
from bot.domain.preferences import ChannelSettings
from bot.slack.clients import Clients
from bot.slack.trouble import TROUBLE
from bot.texts import Language, language_of

log = structlog.get_logger(__name__)
REMEMBER = 900.0  # seconds
AFTER_TROUBLE = 30.0  # seconds until Slack is asked again
MOST = 10_000  # people, and channels, remembered by one process
LATELY = 5.0  # seconds: one answer asks some five times in which language its channel is spoken to


@dataclass(frozen=True)
class Person:
    """A member as far as we care; `guest`: sees only the channels they were invited to."""

    user: str
    name: str
    locale: str = ""
    bot: bool = False
    guest: bool = False


@dataclass(frozen=True)
class People:
    """`Languages`, and names."""

    clients: Clients
    preferences: Preferences
    _known: dict[tuple[str, str], tuple[float, Person]] = field(default_factory=dict)
    _spoken: dict[tuple[str, str], tuple[float, str]] = field(default_factory=dict)

    async def person(self, team: str, user: str) -> Person:
        """Who this is; where Slack does not say, somebody named by their id."""
        until, known = self._known.get((team, user), (0.0, Person(user, user)))
        if until > time.monotonic() or not user:  # of a turn whose record cannot be read
            return known
        try:
            client = await self.clients.hasty(team)
            answer = await client.users_info(user=user, include_locale=True)
            person, kept = _person(answer["user"]), REMEMBER
        except TROUBLE as error:
            log.info("person_not_known", user=user, error=str(error))
            person, kept = known, AFTER_TROUBLE
        if len(self._known) >= MOST:
            self._known.clear()
        self._known[team, user] = (time.monotonic() + kept, person)
        return person

    async def name(self, team: str, user: str) -> str:
        """The display name; the id where Slack does not tell."""
        return (await self.person(team, user)).name

    async def language(
        self, team: str, user: str, channel: str = "", chosen: ChannelSettings | None = None
    ) -> Language:
        """The channel's, if it has one; else the user's.

        What was `chosen` for the channel is read at the start of each turn and remembered from then
        on: a turn that begins after a change is spoken to as was changed.
        """
        if channel and (spoken := await self._language(team, channel, chosen)):
            return Language(spoken)
        return language_of((await self.person(team, user)).locale)

    async def _language(self, team: str, channel: str, chosen: ChannelSettings | None) -> str:
        until, spoken = self._spoken.get((team, channel), (0.0, ""))
        if chosen is None and until > time.monotonic():
            return spoken
        if chosen is None:
            chosen = await self.preferences.channel(team, channel)
        if len(self._spoken) >= MOST:
            self._spoken.clear()
        self._spoken[team, channel] = (time.monotonic() + LATELY, chosen.language)
        return chosen.language


def _person(user: dict[str, object]) -> Person:
    profile = user.get("profile")
    names = profile if isinstance(profile, dict) else {}
    name = names.get("display_name") or user.get("real_name") or user.get("name") or user["id"]
    return Person(
        user=str(user["id"]),
        name=str(name),
        locale=str(user.get("locale") or ""),
        bot=bool(user.get("is_bot")),
        guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
    )
