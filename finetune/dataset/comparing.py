"""What changed from one snapshot to another, row by row.

Pure: it compares where rows stand and what they teach, not their texts, so that two snapshots of
100,000 rows are compared at once. The texts of a page of changes are read by `FrozenRows.rows`.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, NamedTuple

from finetune.dataset.frozen_rows import RowPlace, Side

Kind = Literal["added", "removed", "changed", "moved"]
KINDS: tuple[Kind, ...] = ("added", "removed", "changed", "moved")


class Change(NamedTuple):
    """What became of one example. `before` and `after`: its side; None where it is not."""

    example_id: str
    kind: Kind
    before: Side | None
    after: Side | None


class Comparison(NamedTuple):
    """All changes by kind, each in the order of the snapshot that holds it; `same` rows had none."""

    changes: Mapping[Kind, Sequence[Change]]
    same: int

    @property
    def total(self) -> int:
        """How many examples changed."""
        return sum(map(len, self.changes.values()))


def compared_rows(one: Mapping[str, RowPlace], other: Mapping[str, RowPlace]) -> Comparison:
    """From `one` to `other`, by example id.

    `changed`: what it teaches is another (the question or the answer, after normalising), whatever
    its side; `moved`: only the side is another.
    """
    found: dict[Kind, list[Change]] = {kind: [] for kind in KINDS}
    for key, place in one.items():
        if key not in other:
            found["removed"].append(Change(key, "removed", place.side, None))
    for key, place in other.items():
        before = one.get(key)
        if before is None:
            found["added"].append(Change(key, "added", None, place.side))
        elif before.content_key != place.content_key:
            found["changed"].append(Change(key, "changed", before.side, place.side))
        elif before.side != place.side:
            found["moved"].append(Change(key, "moved", before.side, place.side))
    kept = len(other) - sum(len(found[kind]) for kind in ("added", "changed", "moved"))
    return Comparison(found, kept)
