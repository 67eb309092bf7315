"""Makes the files of a snapshot from any number of stored rows, in memory that hardly grows.

Each row is read once. What is written of it waits in a temporary file; in another wait some 50 bytes
for each: where it lies, when it was made, and 64 bits each of its id, thread and question. Only the
columns by which the sides and the order are found are read into memory, one after the other. Tokens
are counted by a thread of its own meanwhile.
"""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np

from finetune.dataset.columns import FIELDS, Columns
from finetune.dataset.disk import sync, unwritable
from finetune.dataset.groups import Spilling
from finetune.dataset.ordering import Places, in_order
from finetune.dataset.records import Records
from finetune.dataset.snapshot_files import write_files
from finetune.dataset.spreading import spread
from finetune.dataset.stored import example_id_of, identity, read
from finetune.dataset.tokens import count_texts

AT_ONCE = 500  # rows written at a time
AHEAD = 4  # portions of texts that wait to be counted
_NONE = np.empty(0, dtype=np.int64)


class Taken(NamedTuple):
    """What a snapshot holds. `pairs`, `pair_tokens`: of rows to train on by preference."""

    snapshot_id: str
    train: int
    validation: int
    tokens: int
    corrections: int
    pairs: int
    pair_tokens: int


class Freezing(Spilling):
    """Takes rows in, then writes them: all files or none. Temporary files are gone at the end.

    DiskUnavailable: nothing was written, begin again when there is room.
    """

    def __init__(self, folder: Path, model: str) -> None:
        self._folder, self._model = folder, model
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._records = Records(folder)
            self._known = Columns(folder)
        except OSError as error:
            raise unwritable(folder, error) from error
        # One thread, as each would keep memory of its own.
        self._worker = ThreadPoolExecutor(1, "freezing")
        self._beside = ThreadPoolExecutor(1, "tokens")
        self._counts: list[Future[Places]] = []
        self._written = _NONE  # identities
        self._made: Path | None = None

    def close(self) -> None:
        """Free the disk."""
        for thread in (self._worker, self._beside):
            thread.shutdown(wait=False, cancel_futures=True)
        self._records.close()
        self._known.close()

    def add(self, rows: Iterable[bytes | str]) -> None:
        """Note more rows, as JSON; those that are not approved are passed over."""
        texts: list[list[str]] = []
        known = []
        try:
            for raw in rows:
                if (row := read(raw, self._model)) is None:
                    continue
                known.append((self._records.add(row.record), *row[:FIELDS]))
                texts.append(row.texts)
            self._known.add(known)
        except OSError as error:
            raise unwritable(self._folder, error) from error
        if len(self._counts) >= AHEAD:
            self._counts[-AHEAD].result()
        if texts:
            self._counts.append(self._beside.submit(_counted, texts, self._model))

    async def add_all(self, rows: AsyncIterator[Sequence[bytes | str]]) -> None:
        """Note all of these, each portion while the next one is read."""
        adding = asyncio.wrap_future(self._worker.submit(self.add, ()))
        try:
            async for some in rows:
                await adding
                adding = asyncio.wrap_future(self._worker.submit(self.add, some))
            await adding
        finally:
            await asyncio.wait([adding])  # a thread cannot be stopped

    async def still(self, rows: AsyncIterator[Sequence[bytes | str]]) -> bool:
        """Whether these hold everything that was written, each still teaching the same."""
        found = [
            await asyncio.wrap_future(self._worker.submit(_identities, some)) async for some in rows
        ]
        return bool(np.isin(self._written, np.concatenate([*found, _NONE])).all())

    async def taken(self) -> Taken:
        """`take`, without keeping others waiting."""
        return await asyncio.wrap_future(self._worker.submit(self.take))

    def take(self) -> Taken:
        """Write the files; a snapshot that exists is left as it is."""
        try:
            self._records.flush()
            draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=self._folder))
            try:
                return self._taken(draft)
            finally:
                shutil.rmtree(draft, ignore_errors=True)
        except OSError as error:
            raise unwritable(self._folder, error) from error

    def undo(self) -> None:
        """Remove the files that `take` wrote; a snapshot that was there before stays."""
        if self._made is not None:
            shutil.rmtree(self._made, ignore_errors=True)

    def _taken(self, draft: Path) -> Taken:
        ends = np.concatenate([[0], self._known.column("end")])
        order = in_order(
            self._known.column("at"),
            self._known.column("who"),
            lambda at: example_id_of(self._record(at, ends)),
        )
        sides = spread(
            *(self._known.column(name)[order] for name in ("trained", "thread", "prompt"))
        )
        train, held_out = order[sides], order[~sides]
        counted = (self._known.column("tokens") + self._counted())[train]
        pairs, tokens = self._known.column("pair")[train], int(counted.sum())
        self._written = self._known.column("identity")[order]
        corrections = int(self._known.column("correction")[train].sum())
        snapshot_id = write_files(
            draft, self._model, tokens, self._read(train, ends), self._read(held_out, ends)
        )
        self._put(draft, self._folder / snapshot_id)
        return Taken(
            snapshot_id,
            train=len(train),
            validation=len(held_out),
            tokens=tokens,
            corrections=corrections,
            pairs=int(pairs.sum()),
            pair_tokens=int(counted[pairs].sum()),
        )

    def _put(self, draft: Path, target: Path) -> None:
        if target.exists():
            return
        draft.chmod(0o755)
        try:
            draft.rename(target)
            self._made = target
        except OSError:
            if not target.exists():  # else another process wrote the same snapshot first
                raise
        sync(self._folder)

    def _read(self, places: Places, ends: Places) -> Iterator[Sequence[bytes]]:
        for begin in range(0, len(places), AT_ONCE):
            yield [self._record(at, ends) for at in places[begin : begin + AT_ONCE].tolist()]

    def _record(self, at: int, ends: Places) -> bytes:
        return self._records.read(int(ends[at]), int(ends[at + 1]))

    def _counted(self) -> Places:
        """Tokens of the texts of each row."""
        return np.concatenate([_NONE, *(each.result() for each in self._counts)])


def _identities(rows: Iterable[bytes | str]) -> Places:
    return np.array([each for each in map(identity, rows) if each is not None], np.int64)


def _counted(texts: Sequence[Sequence[str]], model: str) -> Places:
    """Tokens of the texts of each row."""
    sums = np.concatenate(([0], np.cumsum(count_texts([*_flat(texts)], model))))
    ends = np.cumsum([len(each) for each in texts])
    counted: Places = sums[ends] - sums[np.concatenate(([0], ends[:-1]))]
    return counted


def _flat(texts: Iterable[Sequence[str]]) -> Iterator[str]:
    for each in texts:
        yield from each
