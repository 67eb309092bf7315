"""The curated dataset of one workspace: what comes in, what a curator decides, what is taught.

Fed by the bot's feedback and by `finetune import`; read by previews, snapshots and the curation
views. Rules are in `filters.py`, personal data is taken out by `redact.py`, rows live in a
`DatasetStore`.
"""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence

from pydantic import ValidationError

from finetune.dataset import filters
from finetune.dataset.example import Example, Message, Ruling, Source, Status, digest
from finetune.dataset.redact import redact
from finetune.dataset.store import DatasetStore, Rows
from finetune.errors import InputError, NotFound


class Dataset:
    """Examples of one workspace. Every method may be repeated with the same effect."""

    def __init__(self, store: DatasetStore, clock: Callable[[], float] = time.time) -> None:
        self._store = store
        self._clock = clock

    async def submit(self, example: Example) -> Example:
        """Redact, merge with a twin, settle conflicts; returns what is now stored for it."""
        clean = await asyncio.to_thread(redacted, example)
        before = await self._store.get(clean.example_id)
        if before is not None and before.prompt_key != clean.prompt_key:
            await self.withdraw(clean.example_id, "replaced")
        rows = await self._store.amend(clean.prompt_key, lambda rows: filters.vote(rows, clean))
        return _holding(rows, clean.example_id)

    async def withdraw(self, example_id: str, reason: str) -> None:
        """Take a vote back. What it had superseded counts again."""
        row = await self._store.get(example_id)
        if row is None:
            return
        now = self._clock()
        await self._store.amend(
            row.prompt_key, lambda rows: filters.unvote(rows, example_id, reason, now)
        )

    async def approve(self, example_id: str, by: str) -> Example:
        """A curator's yes: the row is taught, and what disagrees with it is not."""
        return await self._rule(example_id, Ruling(approved=True, by=by, at=self._clock()))

    async def reject(self, example_id: str, by: str, reason: str = "") -> Example:
        """A curator's no."""
        ruling = Ruling(approved=False, by=by, reason=reason, at=self._clock())
        return await self._rule(example_id, ruling)

    async def get(self, example_id: str) -> Example | None:
        """The row with this id, or the one it was merged into."""
        return await self._store.get(example_id)

    async def approved(self) -> list[Example]:
        """All that is taught, oldest first."""
        return await self._store.listed(Status.APPROVED)

    async def pending(self, offset: int = 0, limit: int = 20) -> list[Example]:
        """What waits for a curator, oldest first."""
        return await self._store.listed(Status.PENDING, offset, limit)

    async def by_author(self, author: str, limit: int = 20) -> list[Example]:
        """What became of one user's votes and corrections, newest first."""
        return await self._store.by_author(author, limit)

    async def counts(self) -> dict[Status, int]:
        """How many rows have each status."""
        return await self._store.counts()

    async def import_rows(self, rows: Iterable[Sequence[Message]], *, by: str) -> int:
        """Approved examples from chat rows, all or none; importing them again changes nothing."""
        examples = [
            self._imported(tuple(messages), by, number) for number, messages in enumerate(rows, 1)
        ]
        for example in examples:
            await self.submit(example)
        return len(examples)

    def _imported(self, messages: tuple[Message, ...], by: str, number: int) -> Example:
        content = [message.wire() for message in messages]
        now = self._clock()
        try:
            return Example(
                example_id=f"import-{digest(content)}",
                messages=messages,
                status=Status.APPROVED,
                source=Source.IMPORT,
                thread=digest(content[:-1]),
                authors=(by,),
                approved_by=by,
                created_at=now,
                updated_at=now,
            )
        except ValidationError as error:
            reason = error.errors()[0]["msg"].removeprefix("Value error, ")
            raise InputError(f"row {number}: {reason}") from None

    async def _rule(self, example_id: str, ruling: Ruling) -> Example:
        row = await self._store.get(example_id)
        if row is None:
            raise NotFound(f"no example {example_id} in this workspace")
        rows = await self._store.amend(
            row.prompt_key, lambda rows: filters.rule(rows, example_id, ruling)
        )
        return _holding(rows, example_id)


def redacted(example: Example) -> Example:
    """The example without secrets and personal data in any of its texts."""
    messages = tuple(
        message.model_copy(update={"content": redact(message.content)})
        for message in example.messages
    )
    rejected = None if example.rejected is None else redact(example.rejected)
    return example.model_copy(update={"messages": messages, "rejected": rejected})


def _holding(rows: Rows, example_id: str) -> Example:
    """The row whose own id this is, or that took its vote."""
    for row in rows:
        if row.example_id == example_id or any(v.example_id == example_id for v in row.votes):
            return row
    raise NotFound(f"no example {example_id} in this workspace")
