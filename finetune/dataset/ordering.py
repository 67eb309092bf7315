"""In which order a snapshot holds very many rows: oldest first, by id where the time is the same.

Rows are numbered as they were read. A row that was read twice, because it moved meanwhile, counts as
it was read last.
"""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray

Places = NDArray[np.int64]
BEGIN = 40  # bytes of ids that are compared first: those of an import have no more


def in_order(
    at: NDArray[np.float64], who: NDArray[np.int64], id_of: Callable[[int], str]
) -> Places:
    """Numbers of rows by their times and ids. `who`: 64 bits of the ids' hashes, which may collide."""
    order = _read_last(who, id_of)
    order = order[np.argsort(at[order], kind="stable")]
    for some in _alike(at[order]):
        order[some] = _by_id(order[some], id_of)
    return order


def _read_last(who: NDArray[np.int64], id_of: Callable[[int], str]) -> Places:
    order = np.argsort(who, kind="stable")
    kept = np.ones(len(who), dtype=bool)
    for some in _alike(who[order]):
        places = order[some]
        kept[places] = False
        kept[list({id_of(place): place for place in places.tolist()}.values())] = True
    return np.flatnonzero(kept)


def _by_id(places: Places, id_of: Callable[[int], str]) -> Places:
    """An import gives all its rows one time: so there may be very many, and their ids are not held."""
    begins = np.fromiter(
        (id_of(place).encode()[:BEGIN] for place in places.tolist()), f"S{BEGIN}", len(places)
    )
    # As UTF-8, texts have the order of their letters.
    places = places[np.argsort(begins, kind="stable")]
    begins.sort()  # in its place: there may be a million
    for some in _alike(begins):
        places[some] = sorted(places[some].tolist(), key=id_of)
    return places


def _alike(values: NDArray[Any]) -> Iterator[slice]:
    """Where at least two neighbours are equal."""
    same = (values[1:] == values[:-1]).view(np.int8)
    edges = np.flatnonzero(np.diff(same, prepend=np.int8(0), append=np.int8(0)))
    for first, last in edges.reshape(-1, 2).tolist():
        yield slice(first, last + 1)
