"""End tasks that talk to Redis, however often they have to be told. For whoever stops something."""

import asyncio
from typing import Any

AGAIN = 0.5  # seconds between two cancellations of what does not end


async def end(*tasks: "asyncio.Task[Any]", patience: float) -> None:
    """Cancel, and wait until all are done; after `patience` seconds, cancel again and again.

    The first cancellation lets a worker finish what it has begun; the next ones break it off. One
    would not do: redis-py's `asyncio.wait_for` loses, on Python 3.11, a cancellation that arrives
    just when the answer does. What the tasks raised is not raised here.
    """
    pending = set(tasks)
    while pending:
        for task in pending:
            task.cancel()
        _, pending = await asyncio.wait(pending, timeout=patience)
        patience = AGAIN
