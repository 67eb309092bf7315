"""Opens the live reply to a turn, and notes that it was begun while the model is asked already."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from bot.domain.conversation import Turn, TurnState
from bot.domain.ports import LiveReply, Surface, Turns


@dataclass
class Opening:
    """Opens it when it is first wanted; again once part of a failed try stands there.

    `state` as it was read before. No `noting`: it is noted that the answer was begun.
    """

    surface: Surface
    turn: Turn
    state: TurnState
    noting: asyncio.Task[bool] | None = None
    live: LiveReply | None = None

    async def __call__(self) -> LiveReply:
        """The reply to write to once the answer was `begun`."""
        if self.live is None:
            posted_ts, resumed = self.state.posted_ts, self.state.started
            self.live = await self.surface.open(self.turn, posted_ts, resumed=resumed)
        return self.live

    async def begun(self) -> bool:
        """Whether that is noted by now; False where the question was changed or deleted."""
        if self.noting is None:
            return True
        if not self.noting.done():
            await asyncio.wait({self.noting})  # not cancelled with who waits for it
        return self.noting.result()


@asynccontextmanager
async def opening(
    surface: Surface, turns: Turns, turn: Turn, state: TurnState
) -> AsyncIterator[Opening]:
    """An opening that is being noted; leaves nothing of that behind."""

    async def note() -> bool:
        await asyncio.sleep(0)  # the request to the model goes out first
        return await turns.start(turn)

    noting = asyncio.create_task(note())
    noting.add_done_callback(lambda task: task.cancelled() or task.exception())  # asked for, or not
    try:
        yield Opening(surface, turn, state, noting)
    finally:
        await asyncio.wait({noting})
