"""A searchable copy of one workspace's examples in a file, kept current from the change feed.

Before each answer the feed is asked what was written since; those rows are read and put into the
file. Where the dataset then has another number of rows than the copy, something was removed, or was
written before there was a feed: both sides' ids are compared. Where it knows nothing of how far the
copy has read, it was put back to an earlier state: all is read again. Any process may be killed at any
moment: what it had not committed is done again.
"""

import asyncio
import contextlib
from collections.abc import Callable, Collection, Sequence
from pathlib import Path
from typing import TypeVar

from finetune.adapters import search_index_questions as asked
from finetune.adapters.search_index_file import Connection, Damaged, IndexFile
from finetune.adapters.search_index_people import people
from finetune.adapters.search_index_rows import Known, Moved, Rows
from finetune.dataset.agreement import People
from finetune.dataset.changes import Changes, Standing
from finetune.dataset.search import Facets, Near, Overview, Page, Progress, Query
from finetune.errors import StoreUnavailable

PORTION = 1_000  # rows read and written at a time
ROUNDS = 10_000  # each but the first few means that somebody else got on
Answer = TypeVar("Answer")


class SqliteSearch:
    """`SearchIndex` of one workspace."""

    def __init__(self, folder: Path, changes: Changes) -> None:
        """`folder`: its own, made when first needed."""
        self._file = IndexFile(folder)
        self._rows = Rows(self._file)
        self._changes = changes
        self._following = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None
        self._progress = Progress(0, 0, ready=False)

    async def ready(self, within: float = 0.5) -> Progress:
        """The background task goes on where a call gives up waiting."""
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._current())
        await asyncio.wait({self._task}, timeout=within)
        if not self._task.done():
            return self._progress._replace(ready=False)
        self._task.result()
        return self._progress._replace(ready=True)

    async def find(self, query: Query, offset: int = 0, limit: int = 25) -> Page:
        """One page of ids."""
        return await self._answered(lambda file: asked.find(file, query, offset, limit))

    async def ids(self, query: Query, limit: int | None = None) -> list[str]:
        """All of them, in the order asked for."""
        page = await self._answered(lambda file: asked.find(file, query, 0, limit))
        return list(page.ids)

    async def counts(self, query: Query) -> Facets:
        """By status, source, author, channel and flag."""
        return await self._answered(lambda file: asked.counts(file, query))

    async def overview(self, query: Query, offset: int = 0, limit: int = 25) -> Overview:
        """Page, counts and growth together."""
        return await self._answered(lambda file: asked.overview(file, query, offset, limit))

    async def authors(self) -> dict[str, int]:
        """Most first."""
        return dict((await self.counts(Query())).author)

    async def people(self, live: Collection[tuple[str, str]] = ()) -> People:
        """By their opinions."""
        return await self._answered(lambda file: people(file, live))

    async def near(self, example_id: str, limit: int = 5) -> list[Near]:
        """By the letters of the questions."""
        return await self._answered(lambda file: asked.near(file, example_id, limit))

    async def forget(self, within: float) -> None:
        """Follow now: else it would be done when somebody searches next, and nobody may."""
        if await asyncio.to_thread(self._file.exists):
            await self.ready(within)

    async def remove(self) -> None:
        """The file, and what belongs to it."""
        await self.close()
        async with self._following:
            await asyncio.to_thread(self._file.remove)

    async def close(self) -> None:
        """Stop following, and close the file."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError, StoreUnavailable):
                await self._task
        self._file.close()

    async def _answered(self, ask: Callable[[Connection], Answer]) -> Answer:
        await self._current()
        try:
            return await asyncio.to_thread(self._asked, ask)
        except Damaged as error:  # where nothing had been read before
            await asyncio.to_thread(self._file.discard, error.path)
            await self._current()
        try:
            return await asyncio.to_thread(self._asked, ask)
        except Damaged as error:
            raise StoreUnavailable(f"the search index cannot be read: {error}") from error

    def _asked(self, ask: Callable[[Connection], Answer]) -> Answer:
        with self._file.reading() as connection:
            return ask(connection)

    async def _current(self) -> None:
        """Follow until there is nothing new; from the beginning where the file is damaged."""
        async with self._following:
            try:
                await self._follow()
            except Damaged as error:
                await asyncio.to_thread(self._file.discard, error.path)
                try:
                    await self._follow()
                except Damaged as again:
                    raise StoreUnavailable(f"the search index cannot be made: {again}") from again

    async def _follow(self) -> None:
        for _ in range(ROUNDS):
            with contextlib.suppress(Moved):
                if await self._step():
                    return
        raise StoreUnavailable("the dataset changes faster than it can be searched; try again")

    async def _step(self) -> bool:
        """Whether the copy has all that was written before it was asked. Raises Moved."""
        known = await asyncio.to_thread(self._rows.known)
        standing = await self._changes.standing(known.reader)
        if known.epoch != standing.epoch or known.position > standing.told:
            known = await asyncio.to_thread(self._rows.empty, standing.epoch)
        self._progress = Progress(known.total, standing.total, ready=False)
        if known.position < standing.position:
            await self._portion(known, standing)
            return False
        if known.total != standing.total or known.removed != standing.removed:
            known = await self._compared(known, standing)
        if known.owing:
            await asyncio.to_thread(self._rows.settle, known)
        return True

    async def _portion(self, known: Known, standing: Standing) -> None:
        """The next ones of the feed; what was removed since is not in it."""
        changed = await self._changes.after(known.position, PORTION)
        ids = [row.example_id for row in changed]
        position = changed[-1].position if changed else 0
        if len(changed) < PORTION:
            position = max(position, standing.position)
        await self._put(known, ids, position)

    async def _compared(self, known: Known, standing: Standing) -> Known:
        """Take out what is gone, and add what the feed does not tell of."""
        ids = await self._changes.ids()
        removed = standing.removed
        known, missing = await asyncio.to_thread(self._rows.missing, known, ids, removed)
        for at in range(0, len(missing), PORTION):
            self._progress = Progress(known.total, standing.total, ready=False)
            known = await self._put(known, missing[at : at + PORTION], known.position)
        return known

    async def _put(self, known: Known, ids: Sequence[str], position: int) -> Known:
        rows = await self._changes.rows(ids)
        gone = [example_id for example_id in ids if example_id not in rows]
        if position > known.position:
            await self._changes.tell(known.reader, position)
        return await asyncio.to_thread(self._rows.put, known, rows, gone, position)
