"""Very many rows are ordered by their times and ids, each once, whatever their ids are like."""

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from finetune.dataset.ordering import BEGIN, in_order

LONG = "x" * BEGIN
# Ids that begin alike, end in what other texts do not, or are longer than what is compared first.
IDS = st.sampled_from(
    ["", "a", "a\0", "a\0b", "b", "é", "有給", "🙂", LONG, f"{LONG}a", f"{LONG}é"]
)
ROWS = st.lists(st.tuples(st.sampled_from([1.0, 1.5, 2.0]), IDS), max_size=12)


@given(rows=ROWS, hashes=st.integers(1, 3))
@example(rows=[(1.0, "b"), (1.0, "a"), (2.0, "a")], hashes=1)
def test_rows_come_by_time_and_id_and_the_last_of_an_id_counts(
    rows: list[tuple[float, str]], hashes: int
) -> None:
    last = {name: place for place, (_, name) in enumerate(rows)}
    found = in_order(
        np.array([at for at, _ in rows], np.float64),
        np.array([hash(name) % hashes for _, name in rows], np.int64),  # nearly all collide
        lambda place: rows[place][1],
    )
    assert found.tolist() == sorted(last.values(), key=lambda place: rows[place])
