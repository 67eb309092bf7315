"""How the queue of durable tasks stands, from docket's own keys, without loading the tasks."""

import time
from dataclasses import dataclass
from typing import Any

from redis.asyncio import Redis

from bot.adapters.redis.keys import text
from bot.domain.load import QueueState


@dataclass(frozen=True)
class RedisQueue:
    """`stream` holds what is due, read by `group`; the sorted set `later` what has its time."""

    redis: Redis
    stream: str
    later: str
    group: str

    async def state(self) -> QueueState:
        """An entry leaves the stream when its task is done: what nobody was given yet, waits."""
        now = time.time()
        async with self.redis.pipeline(transaction=False) as pipe:
            pipe.xlen(self.stream)
            pipe.xinfo_groups(self.stream)
            pipe.zcount(self.later, "-inf", now)
            pipe.zcard(self.later)
            pipe.zrange(self.later, 0, 0, withscores=True)
            entries, groups, due, timed, first = await pipe.execute(raise_on_error=False)
        given = next((g for g in _list(groups) if text(g["name"]) == self.group), None)
        running, reached = (
            (given["pending"], text(given["last-delivered-id"])) if given else (0, "-")
        )
        since = [score for _, score in first if score <= now]
        if given is not None and entries > running:
            after = await self.redis.xrange(self.stream, min=f"({reached}", count=1)
            since += [int(text(entry).partition("-")[0]) / 1000 for entry, _ in after or ()]
        return QueueState(
            waiting=entries - running + due,
            running=running,
            later=timed - due,
            age=max(0.0, now - min(since, default=now)),
        )


def _list(answer: object) -> list[dict[str, Any]]:
    """No stream yet: the driver answers with an error."""
    return answer if isinstance(answer, list) else []
