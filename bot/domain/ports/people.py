"""What people chose, are called and may do."""

from typing import Protocol

from bot.domain.preferences import ChannelSettings, PersonSettings, WorkspaceSettings
from bot.texts.language import Language


class Preferences(Protocol):
    """What was chosen for a channel, for the workspace, by a person."""

    async def channel(self, team: str, channel: str) -> ChannelSettings: ...

    async def save_channel(self, team: str, channel: str, chosen: ChannelSettings) -> None: ...

    async def channels(self, team: str) -> dict[str, ChannelSettings]: ...

    async def workspace(self, team: str) -> WorkspaceSettings: ...

    async def save_workspace(self, team: str, chosen: WorkspaceSettings) -> None: ...

    async def person(self, team: str, user: str) -> PersonSettings: ...

    async def save_person(self, team: str, user: str, chosen: PersonSettings) -> None: ...

    async def change_person(self, team: str, user: str, **chosen: bool | float) -> None:
        """Change only the named settings, whatever else is chosen at the same time."""
        ...

    async def opted_out(self, team: str) -> dict[str, float | None]:
        """Whoever wants nothing of theirs kept, and since when in seconds, where that is known."""
        ...


class Languages(Protocol):
    """In which language the bot's own sentences reach somebody."""

    async def language(
        self, team: str, user: str, channel: str = "", chosen: ChannelSettings | None = None
    ) -> Language:
        """The channel's, if it has one; else the user's. `chosen`: the channel's settings, if known.

        A change of them may be noticed some seconds late where they are not handed over.
        """
        ...


class Names(Protocol):
    """What people are called."""

    async def name(self, team: str, user: str) -> str:
        """The display name; the id where Slack does not tell."""
        ...


class Places(Protocol):
    """What channels are called."""

    async def place(self, team: str, channel: str) -> str:
        """`#name` of a public channel; empty for any other, and where Slack does not tell."""
        ...


class Roles(Protocol):
    """Who may do what. Admins are curators too."""

    async def is_admin(self, team: str, user: str) -> bool: ...

    async def is_curator(self, team: str, user: str) -> bool: ...
