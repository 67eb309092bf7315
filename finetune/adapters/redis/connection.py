"""The connection to Redis, the names of its keys, and its errors in our words.

Everything of a workspace shares one hash tag, so that a cluster keeps it on one node.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from redis.asyncio import BlockingConnectionPool, Redis
from redis.asyncio.client import Pipeline
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff
from redis.exceptions import RedisError, WatchError

from finetune.adapters.redis.cluster import Cluster, is_cluster
from finetune.errors import InputError, StoreUnavailable

WORKSPACES = "apprentice:workspaces"
# Slack waits three seconds: a server that is away is reported within one.
RETRY = Retry(ExponentialWithJitterBackoff(base=0.05, cap=0.2), 3)
CONNECTIONS = 64  # of one process at once; who comes later waits for one
PATIENCE = 10.0  # seconds that it waits


@dataclass(frozen=True)
class Keys:
    """Names of the keys of one workspace."""

    team_id: str

    def __call__(self, *parts: str) -> str:
        return ":".join(("apprentice", "{" + self.team_id + "}", *parts))


def connect(url: str, **options: Any) -> Redis:
    """A client for `url`; it connects at its first command. InputError when `url` is none.

    `options` are those of the driver's connections and their pool, instead of the usual ones.
    """
    chosen: dict[str, Any] = {
        "decode_responses": True,
        "retry": RETRY,
        "max_connections": CONNECTIONS,
        "timeout": PATIENCE,
        **options,
    }
    try:
        if is_cluster(url):
            return Cluster(url, **chosen)
        return Redis.from_pool(BlockingConnectionPool.from_url(url, **chosen))
    except ValueError:  # its text quotes the address, perhaps with half of the password
        raise InputError("REDIS_URL: no address like redis://localhost:6379/0") from None


async def nodes_of(client: Redis) -> dict[str, Redis]:
    """Every server behind a client of `connect`, by its address; a single one by no name."""
    if not isinstance(client, Cluster):
        return {"": client}
    return {f"{host}:{port}": node for (host, port), node in (await client.nodes()).items()}


def text(answer: object) -> str:
    """What Redis answered. Clients made here decode; the driver's types do not know it."""
    return answer.decode() if isinstance(answer, bytes) else str(answer)


def begin(pipe: Pipeline) -> None:
    """Queue what follows into one transaction."""
    pipe.multi()  # type: ignore[no-untyped-call]  # redis-py leaves this one unannotated


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """StoreUnavailable instead of what the driver raises. Also used as a decorator."""
    try:
        yield
    except WatchError:
        raise
    except RedisError as error:
        raise StoreUnavailable(f"Redis: {error}") from error
    except OSError as error:
        raise StoreUnavailable(f"Redis cannot be reached: {error}") from error


@translated()
async def ping(client: Redis) -> None:
    """Raise StoreUnavailable unless Redis answers."""
    await client.ping()


@translated()
async def workspaces(client: Redis) -> list[str]:
    """Teams that have any data."""
    return sorted(text(team_id) for team_id in await client.smembers(WORKSPACES))


@translated()
async def remove_workspace(client: Redis, keys: Keys) -> None:
    """Every key of a team, whoever wrote it, and then its name.

    Until a look finds none: to another node of a cluster, the place where a look was means nothing.
    """
    left = True
    while left:
        left = False
        async for name in client.scan_iter(match=keys("*"), count=1000):
            left = True
            await client.unlink(name)
    await client.srem(WORKSPACES, keys.team_id)
