"""How fast a training went between two of its moments, by the clock and by the processor's time.

The second one is the first one on a machine that does nothing else: all numeric work has one thread.
"""

import time
from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

from finetune.trainer.engine import Progress, Step


class Moment(NamedTuple):
    """Seconds by the clock and of the processor, and what was reported then, if anything."""

    clock: float
    processor: float
    told: Progress | None = None


def now(told: Progress | None = None) -> Moment:
    return Moment(time.perf_counter(), time.process_time(), told)


def pace(tokens: float, began: Moment, ended: Moment) -> dict[str, float]:
    """Tokens a second."""
    return {
        "tokens_per_second": tokens / (ended.clock - began.clock),
        "tokens_per_processor_second": tokens / (ended.processor - began.processor),
    }


def share_of_steps(seen: Sequence[Moment]) -> float:
    """Of the processor's time: what was spent in steps, the rest in looking, keeping and telling."""
    gaps = [
        (later.processor - earlier.processor, earlier.told, later.told)
        for earlier, later in pairwise(seen)
    ]
    steps = sum(gap for gap, *told in gaps if all(isinstance(each, Step) for each in told))
    return steps / sum(gap for gap, *_ in gaps)
