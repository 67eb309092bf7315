"""Where examples are kept: the port between the dataset and a database (`adapters/redis`)."""

from collections.abc import AsyncIterator, Callable, Collection, Sequence
from typing import NamedTuple, Protocol

from finetune.audit import Entry
from finetune.dataset.example import Example, Status

Rows = tuple[Example, ...]


class Beside(NamedTuple):
    """Whose and what a new submission stands beside; `since` in seconds since the epoch."""

    author: str
    since: float
    question_key: str


class Crowd(NamedTuple):
    """Rows of other questions: those the author had a part in lately, and those approved without a
    ruling that ask nearly the same."""

    of_author: int
    of_question: int


class Place(NamedTuple):
    """Where a row stands among those with a status, oldest first.

    `number` from 1; 0 where it is not among them: then its neighbours are those it would have.
    `before` and `after` are ids, empty at the ends.
    """

    number: int
    total: int
    before: str
    after: str


class DatasetStore(Protocol):
    """Examples of one workspace, grouped by the question they answer (`prompt_key`)."""

    async def amend(
        self,
        prompt_key: str,
        change: Callable[[Rows], Rows],
        told: Callable[[Rows], Entry] | None = None,
    ) -> Rows:
        """Replace the rows of one question by `change(rows)`, atomically; `change` may run again.

        If they did change, the audit log gets what `told` makes of them as they are then, with them.
        Also used as the lock: two changes of one question never interleave.
        """
        ...

    async def amend_beside(
        self, prompt_key: str, beside: Beside, change: Callable[[Rows, Crowd], Rows]
    ) -> Rows:
        """As `amend`, with what stands beside it counted in the same transaction."""
        ...

    async def regroup(
        self, one: str, other: str, change: Callable[[Rows, Rows], tuple[Rows, Rows]]
    ) -> None:
        """As `amend`, of two questions at once, so that rows may pass from one to the other."""
        ...

    async def get(self, example_id: str) -> Example | None:
        """The row with this id, or the row that one of its votes was merged into."""
        ...

    async def many(self, ids: Sequence[str]) -> list[Example]:
        """The rows with these ids, in this order; those that are gone are left out."""
        ...

    async def of_replies(self, reply_ids: Collection[str]) -> list[Example]:
        """Rows that were made of any of these replies. Reads all there are: for what is rare."""
        ...

    async def listed(
        self, status: Status, offset: int = 0, limit: int | None = None
    ) -> list[Example]:
        """Rows with this status, oldest first."""
        ...

    def stored(self, status: Status) -> AsyncIterator[Sequence[bytes]]:
        """All rows with this status as JSON, some at a time: for passes over very many.

        What changes meanwhile may come twice, or with another status.
        """
        ...

    async def version(self) -> str:
        """Another one after every change."""
        ...

    async def place(self, status: Status, example_id: str, given_at: float) -> Place:
        """Where this row stands, or where one given at that time would; nothing is counted over."""
        ...

    async def of_prompt(self, prompt_key: str) -> Rows:
        """The rows of one question."""
        ...

    async def by_author(self, author: str, limit: int, offset: int = 0) -> list[Example]:
        """Rows that this user had a part in, newest first, at most `limit` (at least 1)."""
        ...

    async def count_by_author(self, author: str) -> int:
        """How many rows this user had a part in."""
        ...

    async def counts(self) -> dict[Status, int]:
        """How many rows have each status; every status is a key."""
        ...
