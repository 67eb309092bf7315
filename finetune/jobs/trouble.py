"""How long to wait before asking a provider again, and waiting that notices a laptop's sleep."""

import asyncio
import random
import time
from dataclasses import dataclass

from finetune.errors import ProviderUnavailable

LONGEST_ASKED = 600.0  # seconds; no provider's Retry-After is believed beyond
SLICE = 5.0
SLEPT = 10.0  # seconds that the wall clock is ahead of ours after a machine was asleep


@dataclass(frozen=True)
class Backoff:
    """Doubling waits between `first` and `longest` seconds, with jitter."""

    first: float = 1.0
    longest: float = 30.0

    def wait(self, failures: int, error: ProviderUnavailable) -> float:
        """Before the next try, after so many failures; at least what the provider asks for."""
        grown = min(self.longest, self.first * 2.0 ** min(failures - 1, 20))
        ours = grown * random.uniform(0.5, 1.0)  # noqa: S311 - spreads clients, no secret
        return max(ours, min(error.retry_after or 0.0, LONGEST_ASKED))


async def nap(seconds: float) -> bool:
    """Sleep, but no longer when the machine has slept meanwhile (True): then all is to be redone.

    The clock that `asyncio` sleeps by stands still while a laptop sleeps; the wall clock does not.
    """
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        began, wall = time.monotonic(), time.time()
        await asyncio.sleep(min(left, SLICE))
        if time.time() - wall - (time.monotonic() - began) > SLEPT:
            return True
    return False
