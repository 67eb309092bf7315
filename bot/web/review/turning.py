"""Which example comes next, and the addresses of the screen."""

from dataclasses import dataclass
from urllib.parse import quote, urlencode

from bot.web.review.looking import Looking
from bot.web.services import Services
from finetune import Example

AHEAD = 5  # examples that are passed over because somebody else looks at them


@dataclass(frozen=True)
class Turning:
    """Leads one curator through the queue, past what others have open."""

    services: Services
    looking: Looking

    async def first(self, team: str, user: str) -> str:
        """The id of the oldest that waits; empty where nothing does."""
        rows = await self.services.workspace(team).dataset.pending(0, AHEAD)
        return self.looking.free(team, [row.example_id for row in rows], user)

    async def after(self, team: str, user: str, example: Example) -> str:
        """The one behind it in the queue, else the first."""
        dataset, row = self.services.workspace(team).dataset, example
        for _ in range(AHEAD):
            following = (await dataset.place(row)).after
            found = await dataset.get(following) if following else None
            if found is None:
                break
            if not self.looking.others(team, following, user):
                return following
            row = found
        return await self.first(team, user)


def address(example_id: str, done: str = "", of: str = "") -> str:
    """Of one example, or of whatever is first; `done` says what was just decided about `of`."""
    path = f"/curate/review/{quote(example_id, safe='')}" if example_id else "/curate"
    return path + trail(done, of)


def trail(done: str, of: str) -> str:
    """What keeps the note about the last decision, and with it the way to undo it."""
    return f"?{urlencode({'done': done, 'of': of})}" if done and of else ""
