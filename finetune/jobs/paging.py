"""Reads a provider's list page by page; the one guard against lists that never end.

Some providers do not say whether there is more, and some give the same page whatever is asked.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from typing import Generic, NamedTuple, Protocol, TypeVar


class Identified(Protocol):
    """A job, an event, a checkpoint or a file."""

    @property
    def id(self) -> str:
        """What it is known by."""
        ...


T = TypeVar("T", bound=Identified)


class Page(NamedTuple, Generic[T]):
    """Newest first. `older`: the id after which the next page begins; None: this is the last."""

    found: Sequence[T]
    older: str | None = None


async def fresh(ask: Callable[[str | None], Awaitable[Page[T]]]) -> AsyncIterator[list[T]]:
    """What each page has that was not seen before, until there is no more or nothing new comes."""
    seen: set[str] = set()
    after: str | None = None
    while True:
        page = await ask(after)
        new = list({each.id: each for each in page.found if each.id not in seen}.values())
        if not new:
            return
        yield new
        seen |= {each.id for each in new}
        if page.older is None:
            return
        after = page.older
