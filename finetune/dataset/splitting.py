"""Which side of a snapshot an example is on. A thread and a question never straddle.

Corrections, their threads, and threads with a question taught on the train side are always trained
on; of the others a stable tenth is held out.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from finetune.dataset.example import Example, Source

VALIDATION_PERCENT = 10


def split(examples: Iterable[Example]) -> tuple[list[Example], list[Example]]:
    """(train, validation), both in a stable order."""
    ordered = sorted(examples, key=lambda e: (e.created_at, e.example_id))
    trained = _trained_threads(ordered)
    return (
        [e for e in ordered if e.thread in trained],
        [e for e in ordered if e.thread not in trained],
    )


def _trained_threads(examples: Sequence[Example]) -> set[str]:
    """Threads of the train side, and whatever shares a question with them, however far off."""
    questions, threads = defaultdict[str, set[str]](set), defaultdict[str, set[str]](set)
    trained: set[str] = set()
    for example in examples:
        prompt_key = example.prompt_key
        questions[example.thread].add(prompt_key)
        threads[prompt_key].add(example.thread)
        if example.source is Source.CORRECTION or not held_out(example.thread):
            trained.add(example.thread)
    reached = list(trained)
    while reached:
        sharing = set().union(*(threads[key] for key in questions[reached.pop()])) - trained
        trained |= sharing
        reached += sharing
    return trained


def held_out(thread: str) -> bool:
    """Whether a thread by itself is on the validation side: a stable share of all threads."""
    return held_out_by(hashlib.sha256(thread.encode()).digest())


def held_out_by(sha: bytes) -> bool:
    """The same, by the SHA-256 of the thread."""
    return int.from_bytes(sha[:4], "big") % 100 < VALIDATION_PERCENT


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
