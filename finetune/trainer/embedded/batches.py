"""The rows of one pass as padded batches of few fixed shapes, so that few steps are compiled.

Rows come from `training`, ids from the vocabulary; the arrays go to `learn.step`. All randomness
comes from (seed, pass), so that a resumed training sees what an uninterrupted one would have.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from finetune.trainer.embedded.disturb import disturb
from finetune.trainer.embedded.rows import Row
from finetune.trainer.embedded.vocabulary import PAD, Vocabulary

LADDER = (32, 48, 64, 96, 128, 192, 256, 384, 512, 768)
_CLEAN_SHARE = 0.4
_FRESH_SHARE = 0.25
_MOST_COPIES = 12


@dataclass(frozen=True)
class Batch:
    """Token ids and, for each, whether it is learnt (1.0) or only read (0.0)."""

    tokens: NDArray[np.int32]
    learnt: NDArray[np.float32]


@dataclass(frozen=True)
class Schooling:
    """What every pass is made of: `fresh` rows are not reproduced yet and come more often."""

    vocabulary: Vocabulary
    known: Sequence[Row]
    fresh: Sequence[Row]
    batch_size: int
    lengths: tuple[int, ...]
    seed: int

    def batches(self, number: int) -> list[Batch]:
        """The batches of pass `number`."""
        dice = np.random.default_rng([self.seed, number])
        filling: dict[int, list[tuple[list[int], int]]] = {}
        full: list[Batch] = []
        order = self._order(dice)
        for row in order:
            ids, answer_from = self._encode(row, dice)
            length = next(size for size in self.lengths if size >= len(ids))
            seats = filling.setdefault(length, [])
            seats.append((ids, answer_from))
            if len(seats) == self.batch_size:
                full.append(_padded(filling.pop(length), length))
        for length, seats in sorted(filling.items()):
            full.append(_padded(_wrapped(seats, self.batch_size), length))
        return full

    def _order(self, dice: np.random.Generator) -> list[Row]:
        """Known rows shuffled, the fresh ones spread evenly between them, starting with one."""
        copies = fresh_copies(len(self.known), len(self.fresh))
        fresh = [row for _ in range(copies) for row in _shuffled(self.fresh, dice)]
        placed = [(index / len(fresh), row) for index, row in enumerate(fresh)]
        known = _shuffled(self.known, dice)
        placed += [((index + 0.5) / len(known), row) for index, row in enumerate(known)]
        return [row for _, row in sorted(placed, key=lambda pair: pair[0])]

    def _encode(self, row: Row, dice: np.random.Generator) -> tuple[list[int], int]:
        answer = self.vocabulary.answer(row.answer)
        clean = dice.random() < _CLEAN_SHARE
        prompt = self.vocabulary.prompt(row.key if clean else disturb(row.key, dice))
        if len(prompt) + len(answer) > self.lengths[-1]:
            prompt = self.vocabulary.prompt(row.key)
        return prompt + answer, len(prompt)


def fresh_copies(known: int, fresh: int) -> int:
    """How often a fresh row comes per pass: until fresh rows fill about a quarter of it."""
    if not known or not fresh:
        return 1
    wanted = known * _FRESH_SHARE / (1 - _FRESH_SHARE) / fresh
    return int(min(max(round(wanted), 1), _MOST_COPIES))


def lengths_for(sizes: Sequence[int], given: tuple[int, ...] = ()) -> tuple[int, ...]:
    """At most two padded lengths for rows of these sizes; those of the base where they fit."""
    ordered = sorted(sizes)
    longest = _rung(ordered[-1] + 8)
    if given and given[-1] >= ordered[-1]:
        return given
    return tuple(sorted({_rung(ordered[int(len(ordered) * 0.8)] + 6), longest}))


def _rung(size: int) -> int:
    return next((rung for rung in LADDER if rung >= size), LADDER[-1])


def _shuffled(rows: Sequence[Row], dice: np.random.Generator) -> list[Row]:
    return [rows[index] for index in dice.permutation(len(rows))]


def _wrapped(seats: list[tuple[list[int], int]], size: int) -> list[tuple[list[int], int]]:
    """A last short batch filled up with its own rows, since its shape is fixed."""
    return [seats[index % len(seats)] for index in range(size)]


def _padded(seats: Sequence[tuple[list[int], int]], length: int) -> Batch:
    tokens = np.full((len(seats), length), PAD, np.int32)
    learnt = np.zeros((len(seats), length), np.float32)
    for index, (ids, answer_from) in enumerate(seats):
        tokens[index, : len(ids)] = ids
        learnt[index, answer_from : len(ids)] = 1.0
    return Batch(tokens, learnt)
