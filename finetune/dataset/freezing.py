"""Makes the files of a snapshot from any number of stored rows, in memory that hardly grows.

Each row is read once. What is written of it waits in a temporary file; in memory stay some 50 bytes
for each: where it lies there, when it was made, and 64 bits each of its thread and its question, by
which the sides and the order are found. Tokens are counted by a thread of its own meanwhile.
"""

import asyncio
import os
import shutil
import tempfile
from array import array
from collections.abc import AsyncIterator, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from finetune.dataset.disk import sync, unwritable
from finetune.dataset.groups import Spilling
from finetune.dataset.snapshot_files import write_files
from finetune.dataset.splitting import spread
from finetune.dataset.stored import example_id_of, identity, read
from finetune.dataset.tokens import count_texts

AT_ONCE = 500  # rows written at a time
AHEAD = 4  # portions of texts that wait to be counted
Places = NDArray[np.int64]
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
            self._records = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in `close`
        except OSError as error:
            raise unwritable(folder, error) from error
        self._ends, self._at = array("q", [0]), array("d")
        self._threads, self._prompts = array("Q"), array("Q")
        self._trained, self._kinds, self._tokens = array("b"), array("b"), array("q")
        self._identities = array("q")
        self._beside = ThreadPoolExecutor(1, "tokens")
        self._counts: list[Future[Places]] = []
        self._order = _NONE  # of the rows that were written

    def close(self) -> None:
        """Free the disk."""
        self._beside.shutdown(cancel_futures=True)
        self._records.close()

    def add(self, rows: Iterable[bytes | str]) -> None:
        """Note more rows, as JSON; those that are not approved are passed over."""
        texts: list[list[str]] = []
        try:
            for raw in rows:
                if (row := read(raw, self._model)) is None:
                    continue
                self._records.write(row.record)
                self._ends.append(self._ends[-1] + len(row.record))
                self._at.append(row.created_at)
                self._threads.append(row.thread)
                self._prompts.append(row.prompt)
                self._trained.append(row.trained)
                self._kinds.append(row.correction + 2 * row.pair)
                self._identities.append(row.identity)
                self._tokens.append(row.tokens)
                texts.append(row.texts)
        except OSError as error:
            raise unwritable(self._folder, error) from error
        if len(self._counts) >= AHEAD:
            self._counts[-AHEAD].result()
        if texts:
            self._counts.append(self._beside.submit(_counted, texts, self._model))

    async def add_all(self, rows: AsyncIterator[Sequence[bytes | str]]) -> None:
        """Note all of these, each portion while the next one is read."""
        adding = asyncio.ensure_future(asyncio.sleep(0))
        try:
            async for some in rows:
                await adding
                adding = asyncio.ensure_future(asyncio.to_thread(self.add, some))
            await adding
        finally:
            await asyncio.wait([adding])  # a thread cannot be stopped

    async def still(self, rows: AsyncIterator[Sequence[bytes | str]]) -> bool:
        """Whether these hold everything that was written, each still teaching the same."""
        found = array("q")
        async for some in rows:
            await asyncio.to_thread(_identify, some, found)
        written = np.frombuffer(self._identities, np.int64)[self._order]
        return bool(np.isin(written, np.frombuffer(found, np.int64)).all())

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

    def _taken(self, draft: Path) -> Taken:
        order = self._order = self._ordered()
        sides = spread(
            np.frombuffer(self._trained, np.bool_)[order],
            np.frombuffer(self._threads, np.uint64)[order],
            np.frombuffer(self._prompts, np.uint64)[order],
        )
        train, held_out = order[sides], order[~sides]
        kinds, counted = np.frombuffer(self._kinds, np.int8)[train], self._counted()[train]
        pairs = kinds & 2 > 0
        tokens = int(counted.sum())
        snapshot_id = write_files(
            draft, self._model, tokens, self._read(train), self._read(held_out)
        )
        self._put(draft, self._folder / snapshot_id)
        return Taken(
            snapshot_id,
            train=len(train),
            validation=len(held_out),
            tokens=tokens,
            corrections=int((kinds & 1).sum()),
            pairs=int(pairs.sum()),
            pair_tokens=int(counted[pairs].sum()),
        )

    def _put(self, draft: Path, target: Path) -> None:
        if target.exists():
            return
        draft.chmod(0o755)
        try:
            draft.rename(target)
        except OSError:
            if not target.exists():  # else another process wrote the same snapshot first
                raise
        sync(self._folder)

    def _ordered(self) -> Places:
        """Oldest first, by id where the time is the same. What was read twice counts as read last."""
        at = np.frombuffer(self._at, np.float64)
        order = np.argsort(at, kind="stable")
        times = at[order]
        same = times[1:] == times[:-1]
        if not same.any():
            return order
        kept = np.ones(len(order), dtype=bool)
        edges = np.flatnonzero(np.diff(np.concatenate(([0], same.view(np.int8), [0]))))
        for first, last in edges.reshape(-1, 2).tolist():
            order[first : last + 1], kept[first : last + 1] = self._by_id(order[first : last + 1])
        return order[kept]

    def _by_id(self, places: Places) -> tuple[list[int], list[bool]]:
        """In the order of their ids, and whether each is the last with its id."""
        named = sorted((example_id_of(self._record(at)), at) for at in places.tolist())
        after = [each for each, _ in named[1:]]
        kept = [one != other for (one, _), other in zip(named, after, strict=False)]
        return [at for _, at in named], [*kept, True]

    def _read(self, places: Places) -> Iterator[Sequence[bytes]]:
        for begin in range(0, len(places), AT_ONCE):
            yield [self._record(at) for at in places[begin : begin + AT_ONCE].tolist()]

    def _record(self, at: int) -> bytes:
        begin = self._ends[at]
        return os.pread(self._records.fileno(), self._ends[at + 1] - begin, begin)

    def _counted(self) -> Places:
        """Tokens of each row."""
        texts = [each.result() for each in self._counts]
        counted: Places = np.frombuffer(self._tokens, np.int64) + np.concatenate([*texts, _NONE])
        return counted


def _identify(rows: Iterable[bytes | str], found: "array[int]") -> None:
    found.extend(each for each in map(identity, rows) if each is not None)


def _counted(texts: Sequence[Sequence[str]], model: str) -> Places:
    """Tokens of the texts of each row."""
    sums = np.concatenate(([0], np.cumsum(count_texts([*_flat(texts)], model))))
    ends = np.cumsum([len(each) for each in texts])
    counted: Places = sums[ends] - sums[np.concatenate(([0], ends[:-1]))]
    return counted


def _flat(texts: Iterable[Sequence[str]]) -> Iterator[str]:
    for each in texts:
        yield from each
