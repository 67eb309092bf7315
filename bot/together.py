"""Do at one time what is asked for at one time: one round trip for all of a burst.

What comes while nothing is under way is done at once, so that a single call waits for nobody.
Used where Slack's deliveries are written to the database.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")
R = TypeVar("R")
MOST = 200  # of one batch: others of the database's clients want their turn


class Together(Generic[T, R]):
    """`work` takes several items and gives a result for each, in their order.

    A result that is an exception is raised to whoever asked; what `work` raises, to all of a batch.
    """

    def __init__(self, work: Callable[[Sequence[T]], Awaitable[Sequence[R | Exception]]]) -> None:
        self._work = work
        self._waiting: list[tuple[T, asyncio.Future[R]]] = []
        self._under_way: asyncio.Task[None] | None = None

    async def __call__(self, item: T) -> R:
        """The item's result. Whoever is cancelled does not take back what was asked for."""
        asked: asyncio.Future[R] = asyncio.get_running_loop().create_future()
        self._waiting.append((item, asked))
        if self._under_way is None:
            self._under_way = asyncio.create_task(self._all())
        return await asked

    async def _all(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                _tell(batch, await self._results([item for item, _ in batch]))
        finally:
            self._under_way = None
            for _, asked in self._waiting:  # only where the process ends
                asked.cancel()

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
