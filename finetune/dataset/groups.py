"""Which of very many rows share a key, in flat memory: spilled to disk by key, then sorted in parts.

Used for exact duplicates, for one prompt with several completions and, by `near`, for rows that may
be alike. Keys are 64-bit hashes: that any two different texts among n share one has odds of about
n²/2⁶⁵, which is 1 in 37 million for a million rows and 1 in 3,700 for a hundred million.
"""

import tempfile
from collections.abc import Iterator, Sequence
from hashlib import blake2b
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np
from numpy.typing import NDArray

from finetune.dataset.disk import discard

Keys = NDArray[np.uint64]
Ids = NDArray[np.int64]
IN_MEMORY = 1 << 17  # entries of 16 bytes before anything goes to disk
PARTS = 64
_ENTRY = np.dtype([("key", np.uint64), ("id", np.int64)])


def hashed(texts: Sequence[str | bytes]) -> Keys:
    """A 64-bit hash of each text, the same in every process."""
    raw = (
        text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text for text in texts
    )
    return np.frombuffer(
        b"".join([blake2b(one, digest_size=8).digest() for one in raw]), dtype=np.uint64
    )


class Spilling:
    """Holds temporary files; used in a `with` block it closes them at its end."""

    def close(self) -> None:
        """Forget everything and free the disk."""
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


class Groups(Spilling):
    """Collects (key, id) and says which ids share a key.

        with Groups() as groups:
            groups.add(hashed(texts), ids)
            for same in groups.duplicates():  # array of ids, ascending, at least two
                ...

    Some hundred thousand entries stay in memory; more go to files in a temporary directory (inside
    `folder`), which are gone after `close`.
    """

    def __init__(self, folder: Path | None = None, in_memory: int = IN_MEMORY) -> None:
        self._folder = folder
        self._limit = in_memory
        self._held: list[tuple[Keys, Ids]] = []
        self._count = 0
        self._files: list[IO[bytes]] = []

    def add(self, keys: Keys, ids: Ids) -> None:
        """Add entries: two arrays of the same length."""
        self._held.append((keys.astype(np.uint64, copy=False), ids.astype(np.int64, copy=False)))
        self._count += len(keys)
        if self._count > self._limit:
            self._spill()

    def duplicates(self) -> Iterator[Ids]:
        """The ids of each key that occurs more than once; ascending, each id once.

        Groups of one part come in the order of their first id. May be called again, also after more
        was added.
        """
        for keys, ids in self.shared():
            starts = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
            groups = [np.unique(group) for group in np.split(ids, starts[1:])]
            yield from sorted((g for g in groups if len(g) > 1), key=lambda group: int(group[0]))

    def shared(self) -> Iterator[tuple[Keys, Ids]]:
        """The entries whose key occurs more than once, part by part, sorted by key and id."""
        for keys, ids in self._parts():
            order = np.argsort(keys)
            sorted_keys = keys[order]
            same = sorted_keys[1:] == sorted_keys[:-1]
            member = np.zeros(len(keys), dtype=bool)
            member[1:] = same
            member[:-1] |= same
            if not member.any():
                continue
            few_keys, few_ids = sorted_keys[member], ids[order[member]]
            yield few_keys, _in_order(few_keys, few_ids)

    def _parts(self) -> Iterator[tuple[Keys, Ids]]:
        if not self._files:
            if self._held:
                self._held = [_joined(self._held)]
                yield self._held[0]
            return
        self._spill()
        for file in self._files:
            file.seek(0)
            entries = np.frombuffer(file.read(), dtype=_ENTRY)
            file.seek(0, 2)
            if len(entries):
                yield np.ascontiguousarray(entries["key"]), np.ascontiguousarray(entries["id"])

    def _spill(self) -> None:
        if not self._held:
            return
        if not self._files:
            self._files = [
                tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115 - closed in `close`
                for _ in range(PARTS)
            ]
        keys, ids = _joined(self._held)
        self._held, self._count = [], 0
        part = (keys >> np.uint64(58)).astype(np.uint8)
        order = np.argsort(part, kind="stable")
        entries = np.empty(len(keys), dtype=_ENTRY)
        entries["key"], entries["id"] = keys[order], ids[order]
        bounds = np.searchsorted(part[order], np.arange(PARTS + 1))
        for at, file in enumerate(self._files):
            file.write(entries[bounds[at] : bounds[at + 1]].tobytes())

    def clear(self) -> None:
        """Forget everything and free the disk."""
        for file in self._files:
            discard(file)
        self._files, self._held, self._count = [], [], 0

    def close(self) -> None:
        """Forget everything and free the disk."""
        self.clear()


def _in_order(keys: Keys, ids: Ids) -> Ids:
    """The ids, ascending within each key; the keys are sorted already."""
    if ids.min() < 0 or ids.max() >= 1 << 32:
        return ids[np.lexsort((ids, keys))]
    # One sort of plain numbers takes a fifth of a sort by two keys.
    group = np.cumsum(np.concatenate(([False], keys[1:] != keys[:-1]))).astype(np.uint64)
    packed = group << np.uint64(32) | ids.astype(np.uint64)
    packed.sort()
    return (packed & np.uint64(0xFFFFFFFF)).astype(np.int64)


def _joined(held: list[tuple[Keys, Ids]]) -> tuple[Keys, Ids]:
    if len(held) == 1:
        return held[0]
    return np.concatenate([keys for keys, _ in held]), np.concatenate([ids for _, ids in held])
