"""Which side of a snapshot an example is on. A thread and a question never straddle.

Corrections, their threads, and threads with a question taught on the train side are always trained
on; of the others a stable tenth is held out.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Sequence

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
