"""What the bot needs of the Redis server itself: that it takes what it is given, and loses nothing."""

import asyncio
import math
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, NamedTuple

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.domain.load import MemoryState

SLOW = 1.0  # seconds for one answer; what Slack sends needs several within three


class Look(NamedTuple):
    """What was found. `astray`: connections lead to a server that is silent, or only reads.

    `who` names the process that answered; empty where none did, or where it does not tell.
    """

    problems: list[str]
    astray: bool = False
    who: str = ""


@dataclass(frozen=True)
class RedisServer:
    """Asked over connections of its own, so that it is reached where all others are in use.

    `nodes` are the servers by their addresses; where there is but one it has no name.
    """

    nodes: Callable[[], Awaitable[Mapping[str, Redis]]]

    async def problems(self) -> list[str]:
        """Why nothing can be stored now, or could be lost, and what to do; empty where all is well."""
        return (await self.look()).problems

    async def look(self) -> Look:
        """Ask every node."""
        try:
            nodes = await self.nodes()
        except (RedisError, OSError) as error:
            return Look([_silent(error)], astray=True)
        looks = await asyncio.gather(*map(_look, nodes.values()))
        problems = [
            f"{problem} (node {name})" if name else problem
            for name, look in zip(nodes, looks, strict=True)
            for problem in look.problems
        ]
        astray = any(look.astray for look in looks)
        return Look(problems, astray, " ".join(look.who for look in looks))

    async def advice(self) -> list[str]:
        """What could be better. Providers that keep CONFIG to themselves are not asked twice."""
        try:
            nodes = (await self.nodes()).values()
            found = [await node.config_get("appendfsync") for node in nodes]
        except RedisError:
            return []
        policies = {str(each.get("appendfsync", "always")) for each in found} - {"always"}
        loses = "a power cut can lose the last second of what was acknowledged"
        return [
            f"`appendfsync {policy}`: {loses}; `appendfsync always` loses nothing"
            for policy in sorted(policies)
        ]

    async def memory(self) -> MemoryState:
        """Of the node that is nearest to its limit. Raises the driver's errors."""
        said = [await node.info("memory") for node in (await self.nodes()).values()]
        states = [MemoryState(int(s["used_memory"]), int(s.get("maxmemory", 0))) for s in said]
        return max(states, key=lambda state: state.used / (state.most or math.inf))


async def _look(redis: Redis) -> Look:
    began = time.monotonic()
    try:
        said = await redis.info("server", "persistence", "memory", "replication")
    except (RedisError, OSError) as error:
        await _leave(redis)
        return Look([_silent(error)], astray=True)
    who = str(said.get("run_id", ""))
    if trouble := _trouble(said):
        if astray := said.get("role") == "slave":
            await _leave(redis)
        return Look([trouble], astray, who)
    took = time.monotonic() - began
    slow = f"Redis is slow ({took:.1f} s for one answer): look at its load, disk and network"
    return Look([*_unsafe(said), *([slow] if took >= SLOW else [])], who=who)


async def _leave(redis: Redis) -> None:
    """The next look makes a new connection, to wherever the address leads by then."""
    with suppress(RedisError, OSError):
        await redis.connection_pool.disconnect()


def _silent(error: Exception) -> str:
    return f"Redis does not answer ({_line(error)}): start it, or correct REDIS_URL"


def _trouble(said: Mapping[str, Any]) -> str:
    """Why it refuses every write; empty where it takes them."""
    if int(said.get("loading", 0)):
        return "Redis is loading its data: wait, it comes back by itself"
    if said.get("role") == "slave":
        return "Redis is a read-only replica: point REDIS_URL at the primary"
    limit = int(said.get("maxmemory", 0))
    counted = int(said.get("used_memory", 0)) - int(said.get("mem_not_counted_for_evict", 0))
    if limit and counted > limit:
        return "Redis is full: raise its `maxmemory`, or lower RETENTION_DAYS"
    if said.get("aof_last_write_status", "ok") != "ok":
        return "Redis cannot write its append-only file: make room on its disk"
    return ""


def _unsafe(said: Mapping[str, Any]) -> list[str]:
    problems = []
    if not int(said.get("aof_enabled", 0)):
        problems.append("Redis keeps no append-only file: set `appendonly yes`")
    if said.get("maxmemory_policy") != "noeviction":
        problems.append("Redis may evict data: set `maxmemory-policy noeviction`")
    return problems


def _line(error: Exception) -> str:
    return " ".join(str(error).split()).rstrip(".")
