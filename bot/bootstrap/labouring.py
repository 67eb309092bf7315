"""Do durable tasks through every trouble of the database, and hand over what is not done at the end.

docket's worker waits for all it has begun before it looks at a database that is back, and nothing
tells others meanwhile that it is still at it. So here one session of a worker follows the other: as
soon as one has lost Redis the next takes new work, while the one before finishes what it has.
"""

import asyncio
import os
import socket
import time
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from itertools import count

import structlog
from docket import Docket, Worker
from docket.execution import TaskFunction
from redis.exceptions import RedisError

from bot.ending import end

log = structlog.get_logger(__name__)
REDELIVERY = timedelta(seconds=5)  # how soon a killed worker's tasks are taken up by another
CONCURRENCY = 32  # turns answered at once by one worker
PAUSE = 0.5  # seconds between two sessions, at first
LONGEST_PAUSE = 4.0
PATIENCE = 3.0  # seconds for what is broken off to give its threads free
ABANDONED = 3_600_000  # milliseconds without a sign of life: whoever looks may have it
_NUMBERS = count(1)


class Session(Worker):
    """docket's worker under a name of its own, which says when it takes nothing more."""

    def __init__(self, docket: Docket, unknown: TaskFunction) -> None:
        super().__init__(
            docket,
            f"{socket.gethostname()}#{os.getpid()}#{next(_NUMBERS)}",
            concurrency=CONCURRENCY,
            redelivery_timeout=REDELIVERY,
            fallback_task=unknown,
        )
        self.closing = asyncio.Event()
        self._loop: asyncio.Task[None] | None = None

    async def serve(self) -> None:
        """Until `closing` is set and all that was begun is done; the rest is left to others."""
        async with self:
            self._loop = asyncio.create_task(self.run_forever())
            closing = asyncio.create_task(self.closing.wait())
            await asyncio.wait([self._loop, closing], return_when=asyncio.FIRST_COMPLETED)
            closing.cancel()
            keeping = asyncio.create_task(self._keep())
        await end(keeping, patience=0.1)
        await self._leave()
        if not self._loop.cancelled():
            self._loop.result()

    async def break_off(self) -> None:
        """Do not wait for what is under way."""
        self.closing.set()
        if self._loop is not None:
            await end(self._loop, patience=PATIENCE / 2)

    async def _remove_heartbeat(self) -> None:
        """Docket calls it first when a loop ends, for whatever reason."""
        self.closing.set()
        await super()._remove_heartbeat()

    async def _keep(self) -> None:
        """Docket stops to renew what it holds before that is done: others would begin it anew."""
        while True:
            await self._claim(idle=0)
            await asyncio.sleep(REDELIVERY.total_seconds() / 4)

    async def _leave(self) -> None:
        """Whoever looks next takes it up, without waiting until it is sure that we are dead."""
        await self._claim(idle=ABANDONED)

    async def _claim(self, *, idle: int) -> None:
        stream, group = self.docket.stream_key, self.docket.worker_group_name
        try:
            async with self.docket.redis() as redis, redis.pipeline() as pipe:
                pipe.xpending_range(
                    stream, group, min="-", max="+", count=CONCURRENCY * 2, consumername=self.name
                )
                held = [each["message_id"] for each in (await pipe.execute())[0]]
                if held:
                    await redis.xclaim(
                        name=stream,
                        groupname=group,
                        consumername=self.name,
                        min_idle_time=0,
                        message_ids=held,
                        idle=idle,
                        justid=True,
                    )
        except RedisError as error:  # then it is taken up when its time is over
            log.debug("tasks_not_claimed", error=str(error))


class Labour:
    """All sessions of this process; one of them takes new work.

    `unknown` takes tasks of a name that is not registered. `mend` is asked after a session that
    failed, and says how much it has put right.
    """

    def __init__(
        self, docket: Docket, unknown: TaskFunction, mend: Callable[[], Awaitable[int]]
    ) -> None:
        self._docket, self._unknown, self._mend = docket, unknown, mend
        self._under_way: dict[asyncio.Task[None], Session] = {}
        self._breaking: list[asyncio.Task[None]] = []

    async def work(self) -> None:
        """Until cancelled; then what is under way is finished, unless it is cancelled again."""
        pause = PAUSE
        try:
            while True:
                began, task = time.monotonic(), self._begin()
                await self._under_way[task].closing.wait()
                lasted = time.monotonic() - began
                pause = PAUSE if lasted > LONGEST_PAUSE else min(pause * 2, LONGEST_PAUSE)
                await asyncio.sleep(pause)
        finally:
            for session in self._under_way.values():
                session.closing.set()
            await self._finish()

    def _begin(self) -> "asyncio.Task[None]":
        session = Session(self._docket, self._unknown)
        task = asyncio.create_task(self._run(session))
        self._under_way[task] = session
        task.add_done_callback(self._under_way.pop)
        return task

    async def _run(self, session: Session) -> None:
        """One that fails is followed by another, as one is that has lost Redis."""
        try:
            await self._served(session)
        except Exception:
            log.exception("worker_failed")
        finally:
            session.closing.set()

    async def _served(self, session: Session) -> None:
        try:
            await session.serve()
        except Exception as error:
            if not await self._mend():
                raise
            log.warning("worker_goes_on", after=type(error).__name__)

    async def _finish(self) -> None:
        """Wait for them; once cancelled, break them off, whatever is cancelled after that."""
        try:
            while self._under_way:
                await asyncio.wait(set(self._under_way))
        except asyncio.CancelledError:
            for session in list(self._under_way.values()):
                self._breaking.append(asyncio.create_task(session.break_off()))
            until = time.monotonic() + PATIENCE
            while self._under_way and (left := until - time.monotonic()) > 0:
                with suppress(asyncio.CancelledError):
                    await asyncio.wait(set(self._under_way), timeout=left)
            raise
