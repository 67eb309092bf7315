"""Do at one time what is asked for at one time: one round trip for all of a burst.

What comes while nothing is under way is done at once, so that a single call waits for nobody.
Used where Slack's deliveries are written to the database.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.errors import BotError

T = TypeVar("T")
R = TypeVar("R")
SLOW = 0.5  # seconds after which the next batch does not wait for one
SLOW_ONES = 4  # batches at once, where all of them hang
FULL = 5_000  # that wait; Slack sends the others again
MOST = 200  # of one batch: others of the database's clients want their turn


class TooMuch(BotError):
    """Raised when so many wait that nobody who came now would be told in time."""


class Together(Generic[T, R]):
    """`work` takes several items and gives a result for each, in their order.

    A result that is an exception is raised to whoever asked; what `work` raises, to all of a batch.
    """

    def __init__(self, work: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]]) -> None:
        self._work = work
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._under_way: set[asyncio.Task[None]] = set()
        self._fresh = 0  # batches that are under way and not yet slow

    async def __call__(self, item: T) -> R:
        """The item's result. Whoever is cancelled does not take back what was asked for.

        Raises TooMuch where too many wait already.
        """
        if len(self._waiting) >= FULL:
            raise TooMuch(f"{FULL} wait")
        asked: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, asked))
        self._begin()
        return await asked

    def _begin(self) -> None:
        """One batch after the other, but not behind one that hangs."""
        if self._waiting and not self._fresh and len(self._under_way) < SLOW_ONES:
            self._fresh += 1
            task = asyncio.create_task(self._all())
            self._under_way.add(task)
            task.add_done_callback(self._over)

    async def _all(self) -> None:
        """Until nothing waits, or a batch was slow: then another goes on."""
        slow = False

        def give_way() -> None:
            nonlocal slow
            slow = True
            self._fresh -= 1
            self._begin()

        while self._waiting and not slow:
            batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
            timer = asyncio.get_running_loop().call_later(SLOW, give_way)
            try:
                _tell(batch, await self._results([item for item, _ in batch]))
            finally:
                timer.cancel()
        if not slow:
            self._fresh -= 1

    def _over(self, task: "asyncio.Task[None]") -> None:
        self._under_way.discard(task)
        if task.cancelled():  # only where the process ends
            for _, asked in self._waiting:
                asked.cancel()
        else:
            self._begin()

    async def _results(self, items: Sequence[T]) -> Sequence[R | Exception]:
        try:
            return await self._work(items)
        except Exception as error:  # noqa: BLE001  # it is whoever asked who must know
            return [error] * len(items)


def _tell(batch: Sequence[tuple[T, "asyncio.Future[R]"]], results: Sequence[R | Exception]) -> None:
    for (_, asked), result in zip(batch, results, strict=True):
        if asked.done():  # whoever asked is gone
            continue
        if isinstance(result, Exception):
            asked.set_exception(result)
        else:
            asked.set_result(result)
