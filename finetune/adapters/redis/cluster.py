"""Redis Cluster: every command goes to the node that keeps its key, over an ordinary client of it.

All keys of a workspace share one hash tag, so each of its transactions, scripts and searches is of
one node. The driver's own cluster client runs a thread and an event loop for each command of a
transaction, and takes no script that the server knows into a pipeline.
"""

import asyncio
import random
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from redis.asyncio import BlockingConnectionPool, ConnectionPool, Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.connection import parse_url
from redis.crc import key_slot
from redis.exceptions import (
    ClusterDownError,
    ConnectionError,  # noqa: A004 - the driver's own
    MovedError,
    ReadOnlyError,
    RedisError,
)

from finetune.adapters.redis.cluster_pipelines import SILENT, Batch, Transaction, meaning

SCHEMES = {"redis+cluster": "redis", "rediss+cluster": "rediss"}
SLOTS = 16384
TRIES = 5  # of one command, while slots move
OF_ALL = {"SCRIPT LOAD", "PING"}  # which have no key
AWAY = (*SILENT, ReadOnlyError, ClusterDownError)
LOOK = 1.0  # seconds for one node to say who keeps what
Address = tuple[str, int]
Command = tuple[Any, ...]


def is_cluster(url: str) -> bool:
    """Whether this address is of a cluster."""
    return urlsplit(url).scheme in SCHEMES


def key_of(command: Command) -> bytes:
    """The key by which a command finds its node. Raises ValueError where it would have to ask all."""
    name, *rest = command
    if name in ("EVAL", "EVALSHA"):
        return _bytes(rest[2])
    if name != "SCAN":
        return _bytes(rest[0])
    pattern = _bytes(rest[rest.index(b"MATCH" if b"MATCH" in rest else "MATCH") + 1])
    if b"{" not in pattern:
        raise ValueError(f"{pattern!r} is not of one workspace")
    return pattern


def _bytes(key: Any) -> bytes:
    return key if isinstance(key, bytes) else str(key).encode()


class _Pools(ConnectionPool):
    """Stands for the pools of all nodes, where all connections are to be given up."""

    def __init__(self, nodes: Mapping[Address, Redis], options: dict[str, Any]) -> None:
        super().__init__(**options)
        self._nodes = nodes

    async def disconnect(self, inuse_connections: bool = True) -> None:
        for node in list(self._nodes.values()):
            await node.connection_pool.disconnect(inuse_connections)


class Cluster(Redis):
    """`url` names any node. Raises ConnectionError where none answers, as for a server that is away."""

    def __init__(self, url: str, **options: Any) -> None:
        scheme, _, rest = url.partition("://")
        given: dict[str, Any] = {**options, **parse_url(f"{SCHEMES[scheme]}://{rest}")}
        if given.pop("db", 0):
            raise ValueError("a cluster has one database, 0")
        self._seed: Address = (given.pop("host", "localhost"), given.pop("port", 6379))
        self._options = given
        self._clients: dict[Address, Redis] = {}
        self._slots: list[Address | None] = []  # empty while it is not known who keeps what
        self._doubted: set[Address] = set()  # nodes that no longer are what they were
        self._looking: asyncio.Task[None] | None = None
        pooled = ("max_connections", "timeout")
        bare = {name: value for name, value in given.items() if name not in pooled}
        super().__init__(connection_pool=_Pools(self._clients, bare))

    async def aclose(self, close_connection_pool: bool | None = None) -> None:
        if self._looking is not None:
            self._looking.cancel()
        for client in list(self._clients.values()):
            await client.aclose()
        await super().aclose(close_connection_pool)

    async def execute_command(self, *args: Any, **options: Any) -> Any:
        if args[0] in OF_ALL:
            return await self._of_all(args, options)
        answer = await self._followed(args, options)
        if args[0] == "SCAN" and not await self._still_there(args):
            if int(args[1]):
                raise ConnectionError("this workspace has moved to another node")
            return await self.execute_command(*args, **options)
        return answer

    async def _of_all(self, command: Command, options: dict[str, Any]) -> Any:
        """One that is away is left out: its scripts are shown to it when it is back."""
        asked = [_told(node, command, options) for node in (await self.nodes()).values()]
        found = await asyncio.gather(*asked, return_exceptions=True)
        answers = [each for each in found if not isinstance(each, BaseException)]
        if not answers:
            raise next(each for each in found if isinstance(each, BaseException))
        return answers[0]

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: ARG002
        return Transaction(self) if transaction else Batch(self)

    async def nodes(self) -> dict[Address, Redis]:
        """Every node that keeps slots."""
        if not self._slots:
            await self._learn_anew()
        return {at: self._client(at) for at in dict.fromkeys(self._slots) if at is not None}

    async def node_of(self, command: Command) -> Redis:
        """The node that keeps the command's key."""
        slot = key_slot(key_of(command))
        if not self._slots or self._slots[slot] is None or self._slots[slot] in self._doubted:
            await self._learn_anew()
        at = self._slots[slot]
        if at is None:
            raise ConnectionError("no node of the cluster keeps this workspace now")
        return self._client(at)

    async def _followed(self, command: Command, options: dict[str, Any]) -> Any:
        """The answer of the node that keeps the key, wherever it has moved to."""
        for _ in range(TRIES):
            node = await self.node_of(command)
            try:
                return await _told(node, command, options)
            except (RedisError, OSError) as error:
                self.learn(error, node)
                if not isinstance(error, MovedError):
                    raise meaning(error)  # noqa: B904 - mostly the very same
        raise ConnectionError("the nodes of the cluster do not agree yet who keeps this workspace")

    async def _still_there(self, scan: Command) -> bool:
        """No node says of SCAN that it does not keep these keys: it finds none, as if there were none."""
        node = await self.node_of(scan)
        try:
            await _told(node, ("EXISTS", key_of(scan)), {})
        except (RedisError, OSError) as error:
            self.learn(error, node)
            if not isinstance(error, MovedError):
                raise meaning(error)  # noqa: B904 - mostly the very same
            return False
        return True

    def learn(self, error: Exception, node: Redis) -> None:
        """From what a node answered, who keeps what; or that it is to be asked before it is used again.

        Who needs another node goes on meanwhile.
        """
        if isinstance(error, MovedError):
            if self._slots:
                self._slots[error.slot_id] = (error.host, error.port)
        elif isinstance(error, AWAY):
            self._doubted |= {at for at, client in self._clients.items() if client is node}

    async def _learn_anew(self) -> None:
        """All who come while it is being looked for wait for the same answer."""
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        await asyncio.shield(self._looking)

    async def _look(self) -> None:
        """Ask one node after the other, those that answered last time first; let go of what is gone."""
        known = list(dict.fromkeys((*self._clients, self._seed)))
        random.shuffle(known)
        error: Exception = ConnectionError("no node")
        for at in sorted(known, key=self._doubted.__contains__):
            try:
                async with asyncio.timeout(LOOK):
                    ranges = await _told(self._client(at), ("CLUSTER SLOTS",), {})
            except (RedisError, OSError) as failed:
                error = failed
                continue
            slots: list[Address | None] = [None] * SLOTS
            for first, last, primary, *_ in ranges:
                place = (str(primary[0] or at[0]), int(primary[1]))
                slots[first : last + 1] = [place] * (last + 1 - first)
            if any(slots):
                self._slots, self._doubted = slots, set()
                await self._let_go({place for place in slots if place} | {self._seed})
                return
        raise ConnectionError(f"no node of the cluster answers ({error})") from error

    async def _let_go(self, kept: set[Address]) -> None:
        for at in set(self._clients) - kept:
            await self._clients.pop(at).connection_pool.disconnect(inuse_connections=False)

    def _client(self, at: Address) -> Redis:
        if at not in self._clients:
            pool = BlockingConnectionPool(host=at[0], port=at[1], **self._options)
            self._clients[at] = Redis.from_pool(pool)
        return self._clients[at]


async def _told(node: Redis, command: Command, options: dict[str, Any]) -> Any:
    return await node.execute_command(*command, **options)  # type: ignore[no-untyped-call]
