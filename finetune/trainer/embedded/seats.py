"""The keys and values of all answers being decoded together, and one step that serves them all.

What one seat computes never depends on who sits beside it: the same sums in the same order, so the
same bits. Matrix products are made for blocks of a fixed number of rows (a product of one row adds
up in another order than a product of many), attention over a seat's own length, rounded up.
"""

import math
import mmap
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from finetune.trainer.embedded.decode import (
    Decoder,
    Floats,
    log_softmax,
    norm,
    padded,
    rotate,
    softmax,
)

SEATS = 32
_BLOCK = 8  # rows of one matrix product; of more, BLAS adds up some otherwise than the others
_STRIDE = 64  # positions by which a seat's attention grows


class Seats:
    """Room for SEATS answers; each is at a position of its own."""

    def __init__(self, decoder: Decoder) -> None:
        shape = decoder.shape
        room = -(-shape.context // _STRIDE) * _STRIDE
        size = (shape.layers, SEATS, shape.heads, room, shape.head_width)
        self._keys, self._values = _untouched(size), _untouched(size)
        self._decoder = decoder

    def read(self, prompts: Mapping[int, Sequence[int]]) -> dict[int, Floats]:
        """Fill seats with prompts; for each seat, log-probabilities of what comes next."""
        alike: dict[int, list[int]] = {}
        for seat, prompt in prompts.items():
            alike.setdefault(padded(len(prompt)), []).append(seat)
        found: dict[int, Floats] = {}
        for length, seats in alike.items():
            last, keys, values = self._decoder.prefill([prompts[seat] for seat in seats])
            self._keys[:, seats, :, :length] = keys.transpose(0, 1, 3, 2, 4)
            self._values[:, seats, :, :length] = values.transpose(0, 1, 3, 2, 4)
            found |= dict(zip(seats, self._logs(last), strict=True))
        return found

    def step(self, seats: Sequence[int], tokens: Sequence[int], positions: Sequence[int]) -> Floats:
        """One more token in each of `seats`; log-probabilities of what comes next, row by row."""
        shape, w = self._decoder.shape, self._decoder.weights
        at = np.array(positions)
        cos, sin = self._decoder.angles(at)
        groups = _by_reach(at)
        x: Floats = w["embed"][np.array(tokens)]
        heads = (len(seats), shape.heads, shape.head_width)
        places = np.array(seats)
        for layer in range(shape.layers):
            y = norm(x, w[f"{layer}.attention_norm"])
            query = rotate(_product(y, w[f"{layer}.query"]).reshape(heads), cos, sin)
            key = rotate(_product(y, w[f"{layer}.key"]).reshape(heads), cos, sin)
            self._keys[layer, places, :, at] = key
            self._values[layer, places, :, at] = _product(y, w[f"{layer}.value"]).reshape(heads)
            mixed = np.empty(heads, np.float32)
            for reach, rows in groups:
                mixed[rows] = self._attend(layer, places[rows], query[rows], at[rows], reach)
            x = x + _product(mixed.reshape(x.shape), w[f"{layer}.output"])
            y = norm(x, w[f"{layer}.hidden_norm"])
            gate = _product(y, w[f"{layer}.gate"])
            inner = gate / (1 + np.exp(-gate)) * _product(y, w[f"{layer}.up"])
            x = x + _product(inner, w[f"{layer}.down"])
        return self._logs(norm(x, w["norm"]))

    def _attend(
        self, layer: int, seats: NDArray[np.int64], query: Floats, at: NDArray[np.int64], reach: int
    ) -> Floats:
        """What these seats see of their first `reach` positions."""
        keys = self._keys[layer, seats, :, :reach]
        values = self._values[layer, seats, :, :reach]
        scores = query[:, :, None] @ keys.transpose(0, 1, 3, 2)
        scores /= np.float32(self._decoder.shape.head_width**0.5)
        hidden = np.arange(reach) > at[:, None]
        scores[np.broadcast_to(hidden[:, None, None], scores.shape)] = -np.inf
        result: Floats = (softmax(scores) @ values)[:, :, 0]
        return result

    def _logs(self, hidden: Floats) -> Floats:
        return log_softmax(_product(hidden, self._decoder.spoken))


def _untouched(size: tuple[int, ...]) -> Floats:
    """Zeros that take memory only where something is written, and give it back with the array.

    Straight from the system: C's allocator would soon keep such memory, and clear all of it each time.
    """
    memory = mmap.mmap(-1, math.prod(size) * np.dtype(np.float32).itemsize)
    return np.frombuffer(memory, np.float32).reshape(size)


def _by_reach(at: NDArray[np.int64]) -> list[tuple[int, NDArray[np.int64]]]:
    """Rows that attend over the same number of positions."""
    reach = (at // _STRIDE + 1) * _STRIDE
    return [(int(size), np.flatnonzero(reach == size)) for size in np.unique(reach)]


def _product(x: Floats, matrix: Floats) -> Floats:
    """`x @ matrix` in blocks of always the same number of rows."""
    rows = len(x)
    blocks = -(-rows // _BLOCK)
    padded = np.zeros((blocks * _BLOCK, x.shape[1]), np.float32)
    padded[:rows] = x
    result: Floats = padded.reshape(blocks, _BLOCK, -1) @ matrix
    return result.reshape(blocks * _BLOCK, -1)[:rows]
