"""The fixed workspace: who works at Hoshi Bakery, which channels there are, what the app offers.

Pure constants; what the app offers comes from its manifest, as in Slack; everything that changes
(messages, views, votes) is in `state.py`.
"""

from dataclasses import dataclass

from bot.manifest import manifest

TEAM_ID = "T0DEMO0001"
TEAM_NAME = "Hoshi Bakery"
TEAM_DOMAIN = "hoshi-bakery"
APP_ID = "A0DEMO0001"
APP_NAME = "apprentice"
BOT_ID = "B0APPRENTI"
BOT_USER = "U0APPRENTI"
OTHER_APP_ID = "A0DEPLOYS1"
OTHER_BOT_ID = "B0DEPLOYS1"
OTHER_BOT_USER = "U0DEPLOYS1"
BOT_TOKEN = "xoxb-sandbox-bot"  # noqa: S105 - a fixed token of a local toy workspace, no secret
APP_TOKEN = "xapp-sandbox-app"  # noqa: S105 - likewise; opens Socket Mode


@dataclass(frozen=True)
class Person:
    """A member as `users.info` tells of them; `role` is only for the page's switcher."""

    user_id: str
    name: str
    real_name: str
    role: str
    title: str
    colour: str
    locale: str = "en-US"
    is_admin: bool = False
    is_bot: bool = False
    is_guest: bool = False


AIKO = Person("U0ASKER001", "aiko", "Aiko", "asker", "Shop floor", "2b8a5f")
BEN = Person("U0CURATOR1", "ben", "Ben", "curator", "Keeper of the handbook", "b5532d")
CHIE = Person("U0ADMIN001", "chie", "Chie", "admin", "Operations", "5b4b9e", is_admin=True)
BOT = Person(
    BOT_USER, APP_NAME, "Apprentice", "app", "Learns from corrections", "4a154b", is_bot=True
)
HARUKA = Person(
    "U0HARUKA01",
    "haruka",
    "田中 遥",
    "asker",
    "日本橋店",
    "1f7a8c",
    locale="ja-JP",  # speaks Japanese
)
DARA = Person("U0GUEST001", "dara", "Dara", "guest", "Trainee", "7a6a1f", is_guest=True)
OTHER_BOT = Person(
    OTHER_BOT_USER, "deploys", "Deploys", "app", "Another app", "3a5a40", is_bot=True
)
PEOPLE = (AIKO, BEN, CHIE, HARUKA, DARA)
MEMBERS = {person.user_id: person for person in (*PEOPLE, BOT, OTHER_BOT)}

CHANNELS = {"C0GENERAL1": "general", "C0HANDBOOK": "handbook", "C0MANAGERS": "managers"}
PRIVATE = {"C0MANAGERS": (BEN.user_id, CHIE.user_id)}
"""Channels that only these people see, and the app."""
USER_GROUPS = {
    "S0CURATORS": ("curators", (BEN.user_id,)),
    "S0ADMINS01": ("admins", (CHIE.user_id,)),
}


def founding_members(channel_id: str) -> list[str]:
    """Who is in a channel of the new workspace: everyone, but guests only in #general."""
    if channel_id in PRIVATE:
        return [*PRIVATE[channel_id], BOT_USER]
    guests_too = channel_id == "C0GENERAL1"
    people = [each.user_id for each in PEOPLE if guests_too or not each.is_guest]
    return [*people, BOT_USER]


def direct_channel(user_id: str) -> str:
    """The id of the conversation between this person and the app."""
    return "D" + user_id[1:]


@dataclass(frozen=True)
class Command:
    """A slash command as the app's manifest declares it."""

    command: str
    description: str
    usage_hint: str = ""


@dataclass(frozen=True)
class Shortcut:
    """A message shortcut as the app's manifest declares it."""

    callback_id: str
    name: str


_FEATURES = manifest()["features"]
COMMANDS = tuple(
    Command(each["command"], each["description"], each.get("usage_hint", ""))
    for each in _FEATURES["slash_commands"]
)
SHORTCUTS = tuple(
    Shortcut(each["callback_id"], each["name"])
    for each in _FEATURES["shortcuts"]
    if each["type"] == "message"
)
