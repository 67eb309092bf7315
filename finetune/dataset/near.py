"""Near-duplicates among very many texts: found by shared shingles, verified letter by letter.

Why not MinHash with bands: a bottom-k sketch (see `sketch`) needs one hash per shingle where MinHash
needs one per permutation, runs over a whole batch in numpy, and mixes the digits of a text into its
keys, so that 100,000 rows "What is rule 17?" fall into as many buckets and not into one.
Of each bucket a text is compared with the two before it and with the first, so the work is linear
whatever the bucket holds. Pairs that meet in one bucket only are passed over unless their texts are
short. Whatever is reported was verified, so nothing false is.
"""

import tempfile
from array import array
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from finetune.dataset.boilerplate import Boilerplate
from finetune.dataset.groups import Groups, Spilling
from finetune.dataset.nearness import Nearness
from finetune.dataset.sketch import sketched

THRESHOLD = 0.9
CHECKED = 1 << 12  # candidate pairs compared at a time
AT_ONCE = 1 << 15  # entries of buckets
BRIEF = 64  # letters up to which one shared shingle is enough to compare two texts
_ODD = np.uint64(0x9E3779B97F4A7C15)
Pairs = NDArray[np.uint64]


class Sketch(NamedTuple):
    """What the comparison needs of a batch of texts; cheap to send to another process."""

    keys: NDArray[np.uint64]
    owners: NDArray[np.int64]  # which text each key belongs to
    raw: bytes  # of all texts
    ends: NDArray[np.int64]  # of each text in `raw`

    @classmethod
    def of(cls, texts: Sequence[str], boilerplate: Boilerplate) -> Self:
        """The costly half of `NearDuplicates.add`."""
        texts = [boilerplate.cut(text) for text in texts] if boilerplate else texts
        raw = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends = np.cumsum(np.fromiter(map(len, raw), dtype=np.int64, count=len(raw)))
        return cls(*sketched(texts), b"".join(raw), ends)


class NearDuplicates(Spilling):
    """Collects texts in batches, then says which are nearly the same.

        with NearDuplicates() as near:
            near.add(ids, texts)          # as often as needed, ids ascending over all calls
            for group in near.groups():   # list of ids, ascending; the first one stays
                ...

    Two texts are near-duplicates when, after `normalise`, at most (1 - `threshold`) of their letters
    differ (Levenshtein, over the longer one) or they differ in white space only, and they hold the
    same numbers: rule 17 is not rule 18. What many texts begin or end with (found in the first batch,
    32 letters at least; `boilerplate=False` turns it off) is left out of the comparison.
    Every member of a group is near to the group's first. Exact duplicates are near-duplicates too.
    The texts go to a temporary file in `folder`, their keys to `Groups`: memory stays flat but for
    some 20 bytes per text.
    """

    def __init__(
        self,
        threshold: float = THRESHOLD,
        folder: Path | None = None,
        *,
        boilerplate: bool = True,
    ) -> None:
        self._threshold = threshold
        self._groups, self._met = Groups(folder), Groups(folder)
        self._texts = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in `close`
        self._ids, self._ends = array("q"), array("q", [0])  # grow in place
        self._boilerplate: Boilerplate | None = None if boilerplate else Boilerplate(())

    def add(self, ids: Sequence[int] | NDArray[np.int64], texts: Sequence[str]) -> None:
        """Add texts under ids of one's own."""
        if texts and self._boilerplate is None:
            self._boilerplate = Boilerplate(texts)
        if texts and self._boilerplate is not None:
            self.add_sketch(ids, Sketch.of(texts, self._boilerplate))

    def add_sketch(self, ids: Sequence[int] | NDArray[np.int64], sketch: Sketch) -> None:
        """Add texts that were sketched elsewhere, all with the same boilerplate."""
        self._groups.add(sketch.keys, sketch.owners + len(self._ids))
        self._texts.write(sketch.raw)
        self._ends.frombytes((sketch.ends + self._ends[-1]).tobytes())
        self._ids.frombytes(np.asarray(ids, dtype=np.int64).tobytes())

    def groups(self, advance: Callable[[int], None] | None = None) -> Iterator[list[int]]:
        """Groups of at least two ids, by their first id; `advance` is told of pairs compared."""
        near = Nearness(self._texts, np.frombuffer(self._ends, np.int64), self._threshold)
        found: list[Pairs] = [np.empty(0, dtype=np.uint64)]
        for candidates in self._candidates(near):
            for begin in range(0, len(candidates), CHECKED):
                some = candidates[begin : begin + CHECKED]
                found.append(near.verified(some))
                if advance is not None:
                    advance(len(some))
        for group in _led(np.unique(np.concatenate(found)), near):
            yield [self._ids[at] for at in group]

    def _candidates(self, near: Nearness) -> Iterator[Pairs]:
        """Pairs worth comparing: (smaller << 32 | larger), each once in a portion."""
        self._met.clear()
        for keys, members in self._groups.shared():
            for some in _slices(keys):
                paired = _neighbours(keys[some], members[some].astype(np.uint64))
                pairs, brief = near.alike(paired, BRIEF)
                yield np.unique(brief)
                # Met twice, wherever the buckets lie: pairs are grouped as texts are.
                self._met.add(pairs * _ODD, pairs.view(np.int64))
        for _, pairs_met in self._met.shared():
            yield np.unique(pairs_met.view(np.uint64))

    def close(self) -> None:
        """Forget everything and free the disk."""
        for store in (self._groups, self._met, self._texts):
            store.close()


def _slices(keys: NDArray[np.uint64]) -> Iterator[slice]:
    """Some tens of thousands of entries at a time, of whole buckets: a bound for memory."""
    begins = np.flatnonzero(np.concatenate(([True], keys[1:] != keys[:-1])))
    cuts = np.unique(np.searchsorted(begins, np.arange(0, len(keys), AT_ONCE)))
    edges = [*begins[cuts[cuts < len(begins)]].tolist(), len(keys)]
    yield from (slice(begin, end) for begin, end in pairwise(edges))


def _neighbours(keys: NDArray[np.uint64], members: Pairs) -> Pairs:
    """Each member of a bucket with the two before it and with the bucket's first."""
    begins = np.concatenate(([True], keys[1:] != keys[:-1]))
    first = np.maximum.accumulate(np.where(begins, np.arange(len(keys)), 0))
    rank = np.arange(len(keys)) - first
    found = []
    for back, least in ((1, 1), (2, 2)):
        at = np.flatnonzero(rank >= least)
        found.append(_paired(members[at - back], members[at]))
    at = np.flatnonzero(rank >= 3)
    found.append(_paired(members[first[at]], members[at]))
    return np.concatenate(found)


def _paired(ones: Pairs, others: Pairs) -> Pairs:
    pairs: Pairs = np.minimum(ones, others) << np.uint64(32) | np.maximum(ones, others)
    different: Pairs = pairs[ones != others]
    return different


def _led(pairs: Pairs, near: Nearness) -> Iterator[list[int]]:
    """Groups in which each member is near to the first, from pairs in any order."""
    if not len(pairs):
        return
    ones, others = pairs >> np.uint64(32), pairs & np.uint64(0xFFFFFFFF)
    order = np.lexsort((ones, others))
    before, members = ones[order].astype(np.int64), others[order].astype(np.int64)
    starts = np.flatnonzero(np.diff(members, prepend=-1))
    leader = array("i", [-1]) * near.count  # of each text that is in a group and not its first
    for text, near_to in zip(members[starts].tolist(), np.split(before, starts[1:]), strict=True):
        chosen = min((one for one in near_to.tolist() if leader[one] < 0), default=-1)
        for first in sorted({leader[one] for one in near_to.tolist()} - {-1}):
            if (chosen < 0 or first < chosen) and near.near(first, text):
                chosen = first
                break
        if chosen >= 0:
            leader[text] = chosen
    led = np.frombuffer(leader, np.int32)
    texts = np.flatnonzero(led >= 0)
    texts = texts[np.argsort(led[texts], kind="stable")]
    for group in np.split(texts, np.flatnonzero(np.diff(led[texts])) + 1):
        yield [int(led[group[0]]), *group.tolist()]
