"""The connection to Redis, the names of its keys, and its errors in our words.

Everything of a workspace shares one hash tag, so that a cluster keeps it on one node.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError, WatchError

from finetune.errors import StoreUnavailable

WORKSPACES = "apprentice:workspaces"


@dataclass(frozen=True)
class Keys:
    """Names of the keys of one workspace."""

    team_id: str

    def __call__(self, *parts: str) -> str:
        return ":".join(("apprentice", "{" + self.team_id + "}", *parts))


def connect(url: str) -> Redis:
    """A client for `url`; it connects at its first command."""
    return Redis.from_url(url, decode_responses=True)


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
async def workspaces(client: Redis) -> list[str]:
    """Teams that have any data."""
    return sorted(await client.smembers(WORKSPACES))
