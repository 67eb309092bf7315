"""Wake tasks that docket has parked and forgotten, and remove what its killed workers leave behind.

A task that has to wait for another one of its thread lies parked in a stream. Whoever ends wakes the
next, and docket looks there once more, some seconds later. Where that worker is killed before it has
asked for the second look, or the look meets an entry that is out of date, nobody ever comes back.
"""

import time
from dataclasses import dataclass
from typing import Any

import structlog
from docket import Docket

log = structlog.get_logger(__name__)
WAITERS = ":waiters"
LOOK = "_safeguard_wake"  # docket's own task: wake one, if there is room
AT_ONCE = 20  # of one thread; one look may go to an entry that is out of date
ALIVE = 10.0  # seconds since the last sign of whoever has the slot; they come every second or so
LEASE = 60  # seconds that a slot is kept of which docket was killed before it could say how long


@dataclass(frozen=True)
class Parked:
    """What lies beside the queue."""

    docket: Docket

    async def wake(self) -> None:
        """Queue a look at everything parked behind nobody; drop what belongs to no task any more."""
        found = await self._names()
        for stream in (name for name in found if name.endswith(WAITERS)):
            await self._look(stream)
        async with self.docket.redis() as redis:
            for name in found:
                await self._tidy(redis, name)

    async def _names(self) -> list[str]:
        start = self.docket.key("")
        async with self.docket.redis() as redis:
            names = [name async for name in redis.scan_iter(match=f"{start}*", count=1000)]
        return [name.decode() if isinstance(name, bytes) else str(name) for name in names]

    async def _look(self, stream: str) -> None:
        slots = stream.removesuffix(WAITERS)
        async with self.docket.redis() as redis:
            if await redis.zrangebyscore(slots, time.time() - ALIVE, "+inf"):
                return  # who has the slot will wake the next
            waiting = int(await redis.xlen(stream))
        log.info("parked_work_woken", place=slots, waiting=waiting)
        for number in range(min(max(waiting, 1), AT_ONCE)):
            queue = self.docket.add(LOOK, key=f"wake:{slots}:{number}")
            await queue(waiter_stream=stream, max_concurrent=1)

    async def _tidy(self, redis: Any, name: str) -> None:
        """What is half of a record was left by a worker that was killed between two writes."""
        kind, _, rest = name.removeprefix(self.docket.key("")).partition(":")
        match kind:
            case "runs":
                half = await redis.hmget(name, "state", "function") == [b"queued", None]
            case "progress":
                half = not await redis.exists(self.docket.key(f"runs:{rest}"))
            case "concurrency" if not name.endswith(WAITERS) and await redis.ttl(name) < 0:
                await redis.expire(name, LEASE)
                return
            case _:
                return
        if half:
            await redis.delete(name)
