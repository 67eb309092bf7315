"""`splitting.split` of very many rows, by arrays of what is known of each."""

import numpy as np
from numpy.typing import NDArray


def spread(
    trained: NDArray[np.bool_], threads: NDArray[np.uint64], prompts: NDArray[np.uint64]
) -> NDArray[np.bool_]:
    """Of very many rows, which are on the train side, where `trained` says which are by themselves.

    `threads`, `prompts`: 64 bits of their hashes. Two that share them by chance are trained on
    together: one held-out row less, and still no leak.
    """
    groups = [_numbered(threads), _numbered(prompts)]
    before = -1
    while (now := int(trained.sum())) != before:
        before = now
        for group in groups:
            reached = np.zeros(len(group), dtype=bool)  # no more groups than rows
            reached[group[trained]] = True
            trained = reached[group]
    return trained


def _numbered(keys: NDArray[np.uint64]) -> NDArray[np.uint32]:
    order = np.argsort(keys)
    keys = keys[order]
    number = np.zeros(len(keys), np.uint32)
    np.cumsum(keys[1:] != keys[:-1], out=number[1:])
    found = np.empty_like(number)
    found[order] = number
    return found
