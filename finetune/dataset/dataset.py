"""The curated dataset of one workspace: what comes in, what a curator decides, what is taught.

Fed by the bot's feedback and by `finetune import`; read by previews, snapshots and the curation
views. Rules are in `filters.py`, personal data is taken out by `redact.py`, rows live in a
`DatasetStore`.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Collection, Iterable, Mapping, Sequence

from finetune.audit import Action, AuditLog, Entry
from finetune.dataset import erasing, filters, making, reopening
from finetune.dataset.example import (
    BY_PEOPLE,
    EDITED,
    Example,
    Message,
    Ruling,
    Source,
    Status,
    Vote,
    digest,
    prompt_key,
)
from finetune.dataset.limits import Limits, limited
from finetune.dataset.nearly import question_key
from finetune.dataset.store import Beside, Crowd, DatasetStore, Place, Rows
from finetune.dataset.triggers import repeated
from finetune.errors import NotFound, Overtaken

_PAGE = 200  # rows of one author read at once
_DAY = 86_400.0
_LATELY = 50  # corrections of one author that are looked through for a phrase that repeats
_FARTHEST = 1_000  # rows among which they are looked for
_READINGS = 2  # what took another id while the dataset was read is found when it is read again


class Dataset:
    """Examples of one workspace. Every method may be repeated with the same effect."""

    def __init__(
        self,
        store: DatasetStore,
        clock: Callable[[], float] = time.time,
        limits: Limits | None = None,
        audit: AuditLog | None = None,
    ) -> None:
        self._store = store
        self._clock = clock
        self._limits = limits or Limits()
        self._audit = audit

    async def submit(self, example: Example) -> Example:
        """Redact, merge with a twin, settle conflicts; returns what is now stored for it.

        What is suspicious, or more than one person or question may add, waits for a curator.
        """
        clean = await asyncio.to_thread(making.looked_at, example)
        before = await self._store.get(clean.example_id)
        if before is not None and before.content_key != clean.content_key:
            before = await self._redacted_anew(before, clean)
        if clean.source not in BY_PEOPLE:
            rows = await self._store.amend(
                clean.prompt_key, lambda rows: filters.vote(rows, limited(clean, rows))
            )
            return _holding(rows, clean.example_id)
        author = clean.approved_by or next(iter(clean.authors), "")
        if before is None or not filters.repeats(before, clean):
            theirs = await self._lately(author) if clean.source is Source.CORRECTION else []
            phrases = await asyncio.to_thread(repeated, clean, theirs)
            clean = clean.model_copy(update={"flags": (*clean.flags, *phrases)})
        # Also what came later: whoever is worked on last, in whatever order, is over the limit.
        beside = Beside(author, clean.updated_at - _DAY, question_key(clean.question))

        def change(rows: Rows, crowd: Crowd) -> Rows:
            return filters.vote(rows, limited(clean, rows, crowd, self._limits))

        rows = await self._store.amend_beside(clean.prompt_key, beside, change)
        return _holding(rows, clean.example_id)

    async def _redacted_anew(self, before: Example, clean: Example) -> Example | None:
        """What is known of a submission in the letters that the patterns of today leave of it.

        So that what was decided about it holds, and it is in one place only.
        """
        anew, known = await asyncio.to_thread(making.redacted, before), clean.example_id
        if anew.answer != before.answer:
            answer = anew.messages[-1]
            await self._store.amend(
                before.prompt_key, lambda rows: erasing.reworded(rows, known, answer)
            )
        if before.prompt_key != clean.prompt_key:
            reply_id = clean.reply_id
            await self._store.regroup(
                before.prompt_key,
                clean.prompt_key,
                lambda rows, others: erasing.moved(
                    rows, others, lambda of: _is_of(of, known, reply_id), clean.prompt
                ),
            )
        return await self._store.get(known)

    async def _lately(self, author: str) -> list[Example]:
        """The author's last corrections; votes, of which there are many more, do not push them out."""
        found: list[Example] = []
        for offset in range(0, _FARTHEST, _PAGE):
            rows = await self._store.by_author(author, _PAGE, offset)
            found += [row for row in rows if row.source is Source.CORRECTION]
            if len(found) >= _LATELY or len(rows) < _PAGE:
                break
        return found[:_LATELY]

    async def withdraw(self, example_id: str, reason: str) -> None:
        """Take a vote back. What it had superseded counts again."""
        row = await self._store.get(example_id)
        if row is None:
            return
        now = self._clock()
        await self._store.amend(
            row.prompt_key, lambda rows: filters.unvote(rows, example_id, reason, now)
        )

    async def approve(self, example_id: str, by: str, seen: str | None = None) -> Example:
        """A curator's yes: the row is taught, and what disagrees with it is not.

        Of all three decisions: `seen` is the `look` of what the curator saw; Overtaken when the row
        has been decided or changed since.
        """
        ruling = Ruling(approved=True, by=by, at=self._clock())
        return await self._rule(example_id, ruling, seen)

    async def reject(
        self, example_id: str, by: str, reason: str = "", seen: str | None = None
    ) -> Example:
        """A curator's no."""
        ruling = Ruling(approved=False, by=by, reason=reason, at=self._clock())
        return await self._rule(example_id, ruling, seen)

    async def edit(self, example_id: str, answer: str, by: str, seen: str | None = None) -> Example:
        """A curator's yes in other words: this answer is taught in place of the row's.

        The new row keeps the authors and names its editor; submitting the old one again does not
        bring it back.
        """
        row = await self._found(example_id)
        edited = await asyncio.to_thread(
            making.looked_at, making.reworded(row, answer, by, self._clock())
        )
        if edited.answer == row.answer:  # to the letter: the form alone may be what was wrong
            return await self.approve(example_id, by, seen)
        refusal = Ruling(approved=False, by=by, reason=EDITED, at=edited.updated_at)
        ruling = Ruling(approved=True, by=by, at=edited.updated_at)

        def change(rows: Rows) -> Rows:
            if reopening.edited_so(rows, example_id, edited):
                return rows
            _must_wait(_holding(rows, example_id), seen)
            rows = filters.rule(rows, example_id, refusal)
            return filters.rule(filters.vote(rows, edited), edited.example_id, ruling)

        told = _told(Action.EDITED, edited.example_id, by, edited.updated_at)
        rows = await self._store.amend(row.prompt_key, change, told)
        return _holding(rows, edited.example_id)

    async def reopen(self, example_id: str, by: str, seen: str | None = None) -> Example:
        """Take one's own last ruling or edit back: the status follows from the votes again.

        Returns the row that is open again; once more changes nothing. Overtaken as for the others,
        and when the last ruling is somebody else's or an edit was decided about since.
        """
        found = await self._store.get(example_id)
        row = found or await self._found(reopening.original(example_id))
        now = self._clock()
        rows = await self._store.amend(
            row.prompt_key,
            lambda rows: reopening.reopen(rows, example_id, by, seen, now),
            _told(Action.REOPENED, reopening.original(example_id), by, now),
        )
        return reopening.opened(rows, example_id)

    async def erase(self, example_id: str) -> None:
        """Keep nothing of this submission; a row that others stand behind stays as theirs."""
        row = await self._store.get(example_id)
        if row is not None:
            await self._store.amend(row.prompt_key, lambda rows: erasing.erase(rows, example_id))
        await self._unlog({example_id})

    async def erase_replies(self, reply_ids: Collection[str]) -> None:
        """Keep nothing of what was made of these replies. Reads the whole dataset."""
        for _ in range(_READINGS):
            for key in {row.prompt_key for row in await self._store.of_replies(reply_ids)}:
                await self._store.amend(key, lambda rows: erasing.erase_replies(rows, reply_ids))
        await self._unlog(reply_ids)

    async def erase_author(self, author: str, until: float) -> None:
        """Keep nothing of what this author alone said, nor their name, up to a time in seconds."""
        total = await self._store.count_by_author(author)
        for offset in range(max(0, total - 1) // _PAGE * _PAGE, -1, -_PAGE):  # the last ones first
            for row in await self._store.by_author(author, _PAGE, offset):
                await self._store.amend(
                    row.prompt_key, lambda rows: erasing.erase_author(rows, author, until)
                )
        if self._audit is not None:
            await self._audit.erase((), {author}, until)

    async def only_of(self, author: str, until: float) -> set[str]:
        """Ids, also those of votes, of what `erase_author` removes with nothing left of it."""
        found: set[str] = set()
        for offset in range(0, await self._store.count_by_author(author), _PAGE):
            for row in await self._store.by_author(author, _PAGE, offset):
                if erasing.alone(row, author, until):
                    found |= {row.example_id, *(vote.example_id for vote in row.votes)}
        return found

    async def reprompt(self, prompts: Mapping[str, Sequence[Message]]) -> None:
        """What was made of replies is told with other words before it; decisions stand.

        `prompts`: what stands before each reply now, by its id. Reads the whole dataset.
        """
        for _ in range(_READINGS if prompts else 0):
            for row in await self._store.of_replies(prompts.keys()):
                for reply_id in erasing.replies(row) & prompts.keys():
                    await self._told(row.prompt_key, reply_id, prompts[reply_id])

    async def _told(self, old: str, reply_id: str, prompt: Sequence[Message]) -> None:
        new = await asyncio.to_thread(lambda: tuple(map(making.redacted_message, prompt)))
        if old != prompt_key(new):
            await self._store.regroup(
                old,
                prompt_key(new),
                lambda rows, others: erasing.moved(
                    rows, others, lambda of: of.reply_id == reply_id, new
                ),
            )

    async def get(self, example_id: str) -> Example | None:
        """The row with this id, or the one it was merged into."""
        return await self._store.get(example_id)

    async def many(self, ids: Sequence[str]) -> list[Example]:
        """The rows with these ids, in this order; those that are gone are left out."""
        return await self._store.many(ids)

    async def approved(self) -> list[Example]:
        """All that is taught, oldest first."""
        return await self._store.listed(Status.APPROVED)

    def taught(self) -> AsyncIterator[Sequence[bytes]]:
        """All that is taught as JSON, some rows at a time. What changes meanwhile may come twice."""
        return self._store.stored(Status.APPROVED)

    async def version(self) -> str:
        """Another one after every change."""
        return await self._store.version()

    async def pending(self, offset: int = 0, limit: int = 20) -> list[Example]:
        """What waits for a curator, oldest first."""
        return await self._store.listed(Status.PENDING, offset, limit)

    async def by_author(self, author: str, limit: int = 20, offset: int = 0) -> list[Example]:
        """What became of one user's votes and corrections, newest first."""
        return await self._store.by_author(author, limit, offset)

    async def count_by_author(self, author: str) -> int:
        """How many rows one user had a part in."""
        return await self._store.count_by_author(author)

    async def place(self, example: Example) -> Place:
        """Where this row stands among those that wait, or stood before it was decided."""
        return await self._store.place(Status.PENDING, example.example_id, example.given_at)

    async def foreseen(self, example: Example, by: str) -> list[tuple[Example, Status]]:
        """The other rows of the same question, and what each would be if this one was approved now.

        By the rules of the approval itself; nothing is changed.
        """
        rows = await self._store.of_prompt(example.prompt_key)
        ruling = Ruling(approved=True, by=by, at=self._clock())
        after = {row.example_id: row for row in filters.rule(rows, example.example_id, ruling)}
        others = (row for row in rows if row.example_id != example.example_id)
        return [(row, after[row.example_id].status) for row in others]

    async def counts(self) -> dict[Status, int]:
        """How many rows have each status."""
        return await self._store.counts()

    async def import_rows(self, rows: Iterable[Sequence[Message]], *, by: str) -> int:
        """Approved examples from chat rows, all or none; importing them again changes nothing."""
        examples = making.imported(rows, by, self._clock())
        for example in examples:
            await self.submit(example)
        if self._audit is not None and examples:
            of = digest(sorted(example.example_id for example in examples))
            entry = Entry(
                at=self._clock(),
                by=by,
                action=Action.IMPORTED,
                about=f"import:{of[:12]}",
                detail={"rows": len(examples)},
            )
            await self._audit.record(entry, once=f"import:{of}:{by}")
        return len(examples)

    async def _unlog(self, ids: Collection[str]) -> None:
        """After the rows, so that nobody decides about one in between: repeated, it ends the same."""
        if self._audit is not None:
            await self._audit.erase(ids)

    async def _rule(self, example_id: str, ruling: Ruling, seen: str | None) -> Example:
        row = await self._found(example_id)

        def change(rows: Rows) -> Rows:
            _must_wait(_holding(rows, example_id), seen)
            return filters.rule(rows, example_id, ruling)

        action = Action.APPROVED if ruling.approved else Action.REJECTED
        told = _told(action, example_id, ruling.by, ruling.at, ruling.reason)
        return _holding(await self._store.amend(row.prompt_key, change, told), example_id)

    async def _found(self, example_id: str) -> Example:
        row = await self._store.get(example_id)
        if row is None:
            raise NotFound(f"no example {example_id} in this workspace")
        return row


def _is_of(of: Vote | Example, example_id: str, reply_id: str | None) -> bool:
    """All that was made of one reply stays together."""
    return of.example_id == example_id or (reply_id is not None and of.reply_id == reply_id)


def _told(
    action: Action, example_id: str, by: str, at: float, reason: str = ""
) -> Callable[[Rows], Entry]:
    """What the log says of a decision, once it is known which row it was about."""

    def entry(rows: Rows) -> Entry:
        row = reopening.opened(rows, example_id)
        named = {example_id, reopening.original(example_id)}
        ids = named | erasing.replies(row) | {vote.example_id for vote in row.votes}
        return Entry(
            at=at,
            by=by,
            action=action,
            about=row.example_id,
            detail={"reason": reason} if reason else {},
            also=tuple(sorted(ids)),
            authors=row.authors,
            given=row.given_at,
        )

    return entry


def _must_wait(row: Example, seen: str | None) -> None:
    if seen is not None and (row.status is not Status.PENDING or row.look != seen):
        raise Overtaken(f"example {row.example_id} was decided or changed by somebody else")


def _holding(rows: Rows, example_id: str) -> Example:
    """The row whose own id this is, or that took its vote."""
    for row in rows:
        if row.example_id == example_id or any(v.example_id == example_id for v in row.votes):
            return row
    raise NotFound(f"no example {example_id} in this workspace")
