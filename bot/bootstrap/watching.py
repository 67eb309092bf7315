"""Watch the database: say once what is wrong with it, leave connections that lead nowhere, and look
after tasks that a clock has put off.

A failover moves the address of the database, not the connections that are there: such a one would
lead to a server that only reads, or to one that never answers, for as long as the bot runs.
"""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from functools import partial

import structlog
from docket import Docket
from redis.asyncio import ConnectionPool
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

from bot.adapters.redis import RedisServer, RedisTimetable
from bot.adapters.redis.server import Look
from bot.bootstrap.parts import Connections
from bot.tasks import longest_waits
from finetune.bootstrap import connect, nodes_of

log = structlog.get_logger(__name__)
EVERY = 1.0  # seconds between two looks
PATIENCE = 1.5  # seconds for one
TWICE = 2  # looks in vain before connections are given up, unless another server answers


@dataclass
class _Way:
    """Where the connections lead, as far as can be seen from the watch's own."""

    home: str = ""  # the process that answered when all was well
    astray: int = 0  # looks in vain, one after the other

    def ended(self, look: Look) -> bool:
        """Whether connections made before now lead nowhere.

        The watch leaves its own after one look in vain, so it may be in the new place before a
        second; a server that was only slow answers as the one it was, and keeps its connections.
        """
        if look.astray:
            self.astray += 1
            return self.astray >= TWICE
        moved = self.astray > 0 and (not look.who or look.who != self.home)
        self.home, self.astray = look.who, 0
        return moved


@dataclass(frozen=True)
class Watch:
    """`pools` are all that connections are taken from; `settle` writes what an outage kept back."""

    server: RedisServer
    pools: Sequence[ConnectionPool]
    timetable: RedisTimetable
    settle: Callable[[], Awaitable[None]]

    async def keep(self) -> None:
        """Until cancelled."""
        before: list[str] = []
        way = _Way()
        while True:
            look = await self.server.look()
            problems = look.problems
            kinds = [problem.partition(" (")[0] for problem in problems]
            if kinds != before:
                self._say(problems)
                before = kinds
            if way.ended(look):
                await self._leave()
            if not problems:
                await self._hasten()
                await self._settle()
            await asyncio.sleep(EVERY)

    async def _hasten(self) -> None:
        with suppress(RedisError, OSError):
            if late := await self.timetable.hasten(time.time()):
                log.warning("clock_was_set_back", tasks=len(late))

    async def _settle(self) -> None:
        with suppress(RedisError, OSError):
            await self.settle()

    @staticmethod
    def _say(problems: Sequence[str]) -> None:
        if problems:
            log.warning("database_in_trouble", problems=list(problems))
        else:
            log.info("database_well")

    async def _leave(self) -> None:
        for pool in self.pools:
            with suppress(RedisError, OSError):
                await pool.disconnect(inuse_connections=True)


@asynccontextmanager
async def server_at(url: str) -> AsyncIterator[RedisServer]:
    """The database, asked over connections of its own: each question is answered soon or not."""
    client = connect(
        url,
        retry=Retry(NoBackoff(), 0),
        socket_timeout=PATIENCE,
        socket_connect_timeout=PATIENCE,
    )
    async with client:
        yield RedisServer(partial(nodes_of, client))


def watch_of(
    made: Connections, server: RedisServer, settle: Callable[[], Awaitable[None]]
) -> Watch:
    """Wires it."""
    docket = made.docket
    pools = (*_pools_of(docket), made.redis.connection_pool, made.kit.connections)
    waits = longest_waits(made.settings.poll_seconds)
    timetable = RedisTimetable(made.redis, docket.queue_key, docket.prefix, waits)
    return Watch(server, pools, timetable, settle)


def _pools_of(docket: Docket) -> list[ConnectionPool]:
    """Docket makes its connections itself and has no way to give them up but to close."""
    made = docket._redis  # noqa: SLF001
    return [pool for pool in (made._connection_pool, made._pubsub_pool) if pool is not None]  # noqa: SLF001


def told_by_the_queues_node(docket: Docket) -> None:
    """Docket tells its news over any node of a cluster: so that nothing hangs on one more, over the
    one that keeps the queue. Before it has a connection."""
    made = docket._redis  # noqa: SLF001
    if made.cluster_client is not None and made._node_pool is not None:  # noqa: SLF001
        node = made.cluster_client.get_node_from_key(docket.stream_key)
        if node is not None:
            made._node_pool.connection_kwargs |= {"host": node.host, "port": node.port}  # noqa: SLF001
