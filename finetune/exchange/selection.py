"""Which examples are written: all ids at once, so that nothing is missed or comes twice while people
work, and the rows some hundreds at a time, so that memory does not grow with what they hold.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass

from finetune.dataset.dataset import Dataset
from finetune.dataset.example import Example, Status
from finetune.dataset.search import Query, SearchIndex

BATCH = 500  # rows at a time
TAUGHT = Query(status=Status.APPROVED, order="oldest")


@dataclass(frozen=True)
class Selection:
    """`ids`: which; `rows`: those of them that are still there, in this order."""

    ids: Callable[[], Awaitable[Sequence[str]]]
    rows: Callable[[Sequence[str]], Awaitable[Sequence[Example]]]

    async def batches(self) -> AsyncIterator[Sequence[Example]]:
        """All rows; what was erased meanwhile is left out."""
        async for rows in self.of(await self.ids()):
            yield rows

    async def of(self, ids: Sequence[str]) -> AsyncIterator[Sequence[Example]]:
        """The rows of these ids."""
        for start in range(0, len(ids), BATCH):
            yield await self.rows(ids[start : start + BATCH])


def selected(dataset: Dataset, search: SearchIndex, query: Query = TAUGHT) -> Selection:
    """What a query finds; what is taught, oldest first, unless said otherwise."""

    async def ids() -> Sequence[str]:
        return await search.ids(query)

    return Selection(ids, dataset.many)


def of_examples(examples: Iterable[Example]) -> Selection:
    """These, which are in memory already: for a preview."""
    known = {example.example_id: example for example in examples}

    async def ids() -> Sequence[str]:
        return list(known)

    async def rows(some: Sequence[str]) -> Sequence[Example]:
        return [known[each] for each in some]

    return Selection(ids, rows)
