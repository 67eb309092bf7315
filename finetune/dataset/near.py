"""Near-duplicates among very many texts: found by shared shingles, verified letter by letter.

Why not MinHash with bands: a bottom-k sketch (see `sketch`) needs one hash per shingle where MinHash
needs one per permutation, runs over a whole batch in numpy, and mixes the digits of a text into its
keys, so that 100,000 rows "What is rule 17?" fall into as many buckets and not into one.
Of each bucket a text is compared with the two before it and with the first, so the work is linear
whatever the bucket holds. Pairs that meet in one bucket only are passed over unless their texts are
short. Whatever is reported was verified, so nothing false is.
"""

import mmap
import re
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import IO, Self

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from finetune.dataset.boilerplate import Boilerplate
from finetune.dataset.example import normalise
from finetune.dataset.groups import Groups
from finetune.dataset.sketch import sketched

THRESHOLD = 0.9
PAIRS = 1 << 20  # candidate pairs held at a time
CHECKED = 1 << 12  # of them compared at a time
BRIEF = 64  # letters up to which one shared shingle is enough to compare two texts
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
Pairs = NDArray[np.uint64]


class NearDuplicates:
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
        self._groups = Groups(folder)
        self._texts = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 - closed in `close`
        self._written = 0
        self._count = 0
        self._ids: list[NDArray[np.int64]] = []
        self._ends: list[NDArray[np.int64]] = []
        self._boilerplate: Boilerplate | None = None if boilerplate else Boilerplate(())

    def add(self, ids: Sequence[int] | NDArray[np.int64], texts: Sequence[str]) -> None:
        """Add texts under ids of one's own."""
        if not texts:
            return
        if self._boilerplate is None:
            self._boilerplate = Boilerplate(texts)
        if self._boilerplate:
            texts = [self._boilerplate.cut(text) for text in texts]
        keys, owners = sketched(texts)
        self._groups.add(keys, owners + self._count)
        raw = [text.encode("utf-8", "surrogatepass") for text in texts]
        ends = np.cumsum(np.fromiter(map(len, raw), dtype=np.int64, count=len(raw)))
        self._texts.write(b"".join(raw))
        self._ends.append(ends + self._written)
        self._ids.append(np.asarray(ids, dtype=np.int64))
        self._written += int(ends[-1])
        self._count += len(texts)

    def groups(self, advance: Callable[[int], None] | None = None) -> Iterator[list[int]]:
        """Groups of at least two ids, by their first id; `advance` is told of pairs compared."""
        if not self._count:
            return
        ids = np.concatenate(self._ids)
        near = _Nearness(self._texts, np.concatenate(([0], *self._ends)), self._threshold)
        found: set[tuple[int, int]] = set()
        for candidates in self._candidates(near.sizes):
            for begin in range(0, len(candidates), CHECKED):
                some = candidates[begin : begin + CHECKED]
                found.update(near.verified(some >> np.uint64(32), some & np.uint64(0xFFFFFFFF)))
                if advance is not None:
                    advance(len(some))
        for group in _led(sorted(found), near):
            yield [int(ids[at]) for at in group]

    def _candidates(self, sizes: NDArray[np.int64]) -> Iterator[Pairs]:
        """Pairs worth comparing: (smaller << 32 | larger), each once in a portion."""
        held: list[Pairs] = []
        count = 0
        for keys, members in self._groups.shared():
            held += _neighbours(keys, members.astype(np.uint64))
            count = sum(map(len, held))
            if count > PAIRS:
                yield _often(np.concatenate(held), sizes)
                held = []
        if held:
            yield _often(np.concatenate(held), sizes)

    def close(self) -> None:
        """Forget everything and free the disk."""
        self._groups.close()
        self._texts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def _neighbours(keys: NDArray[np.uint64], members: Pairs) -> list[Pairs]:
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
    return found


def _paired(ones: Pairs, others: Pairs) -> Pairs:
    pairs: Pairs = np.minimum(ones, others) << np.uint64(32) | np.maximum(ones, others)
    different: Pairs = pairs[ones != others]
    return different


def _often(pairs: Pairs, sizes: NDArray[np.int64]) -> Pairs:
    """The pairs that met twice, or once where texts are short; near enough in length."""
    single, counts = np.unique(pairs, return_counts=True)
    one = sizes[(single >> np.uint64(32)).astype(np.int64)]
    other = sizes[(single & np.uint64(0xFFFFFFFF)).astype(np.int64)]
    alike = np.minimum(one, other) * 4 >= np.maximum(one, other) * 3
    return single[alike & ((counts > 1) | (np.maximum(one, other) <= BRIEF))]


class _Nearness:
    """Compares texts of the spilled file, by their numbers there."""

    def __init__(self, texts: IO[bytes], bounds: NDArray[np.int64], threshold: float) -> None:
        texts.flush()
        # A map and not reads: the texts lie in the page cache, and a pair costs half as much.
        self._raw = mmap.mmap(texts.fileno(), 0, access=mmap.ACCESS_READ) if bounds[-1] else b""
        self._bounds = bounds
        self._threshold = threshold
        self.sizes = np.diff(bounds)

    def verified(self, ones: Pairs, others: Pairs) -> Iterator[tuple[int, int]]:
        """The pairs among these that are near-duplicates."""
        pairs = list(zip(ones.tolist(), others.tolist(), strict=True))
        texts = {at: self._read(at) for pair in pairs for at in pair}
        scores = process.cpdist(
            [texts[one] for one, _ in pairs],
            [texts[other] for _, other in pairs],
            scorer=Levenshtein.normalized_similarity,
            score_cutoff=self._threshold,
        )
        for (one, other), score in zip(pairs, scores.tolist(), strict=True):
            a, b = texts[one], texts[other]
            if a == b or ((score >= self._threshold or _spaced(a, b)) and numbers(a) == numbers(b)):
                yield one, other

    def near(self, one: int, other: int) -> bool:
        """Whether two texts are near-duplicates."""
        pair = np.array([one], dtype=np.uint64), np.array([other], dtype=np.uint64)
        return any(self.verified(*pair))

    def _read(self, at: int) -> str:
        raw = self._raw[self._bounds[at] : self._bounds[at + 1]]
        return normalise(raw.decode("utf-8", "surrogatepass"))


def _spaced(one: str, other: str) -> bool:
    """Whether two texts differ in white space only."""
    same_ends = one[:1] == other[:1] and one[-1:] == other[-1:]  # nearly always decides, at once
    return same_ends and one.replace(" ", "") == other.replace(" ", "")


def numbers(text: str) -> Counter[str]:
    """The numbers in a text, however they are written: 1,000 is 1000, full width is plain."""
    found = _NUMBER.findall(unicodedata.normalize("NFKC", text))
    return Counter(number.replace(",", "") for number in found)


def _led(pairs: list[tuple[int, int]], near: _Nearness) -> list[list[int]]:
    """Groups in which each member is near to the first, from pairs in ascending order."""
    before: dict[int, list[int]] = {}
    for one, other in pairs:
        before.setdefault(other, []).append(one)
    leader: dict[int, int] = {}
    groups: dict[int, list[int]] = {}
    for text in sorted(before):
        direct = [one for one in before[text] if one not in leader]
        through = {leader[one] for one in before[text] if one in leader}
        chosen = min(direct, default=None)
        for first in sorted(through):
            if (chosen is None or first < chosen) and near.near(first, text):
                chosen = first
                break
        if chosen is not None:
            leader[text] = chosen
            groups.setdefault(chosen, [chosen]).append(text)
    return [groups[first] for first in sorted(groups)]
