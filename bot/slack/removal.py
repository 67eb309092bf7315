"""Takes an answer away again whose question was deleted: `Removal` by chat.delete."""

from dataclasses import dataclass

from bot.domain.conversation import Turn
from bot.slack.surface import SlackSurface
from bot.slack.trouble import translated


@dataclass(frozen=True)
class SlackRemoval:
    """Removes what was begun; gone already is as good."""

    surface: SlackSurface

    @translated()
    async def remove(self, turn: Turn, posted_ts: str | None) -> None:
        """All messages of it, also those of a long one."""
        for ts in await self.surface.standing(turn, posted_ts, resumed=True):
            await self.surface.messages.delete(turn, ts)
