"""`Aside` in Redis: one hash per workspace, by the id of what was put aside."""

import time
from collections import Counter
from collections.abc import Container
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis

from bot.adapters.redis.keys import key, text
from bot.domain.aside import PutAside

log = structlog.get_logger(__name__)
TEAMS = "apprentice:aside"  # workspaces in which something is or was put aside
MOST = 1_000  # of one workspace; beyond that the oldest make room


@dataclass(frozen=True)
class RedisAside:
    """Entries go after `retention` seconds, as the turns do that they are about."""

    redis: Redis
    retention: int

    async def put(self, entry: PutAside) -> None:
        team = entry.piece.team
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hset(key(team, "aside"), entry.aside_id, entry.model_dump_json())
            pipe.expire(key(team, "aside"), self.retention)
            await pipe.execute()
        await self.redis.sadd(TEAMS, team)
        for surplus in (await self.of(team))[MOST:]:
            log.warning("aside_full", team=team, kind=surplus.piece.kind, dropped=surplus.aside_id)
            await self.drop(team, surplus.aside_id)

    async def get(self, team: str, aside_id: str) -> PutAside | None:
        found = await self.redis.hget(key(team, "aside"), aside_id)
        return None if found is None else PutAside.model_validate_json(found)

    async def of(self, team: str) -> list[PutAside]:
        found = await self.redis.hvals(key(team, "aside"))
        entries = [PutAside.model_validate_json(each) for each in found]
        old = [entry for entry in entries if entry.at < time.time() - self.retention]
        for entry in old:
            await self.drop(team, entry.aside_id)
        kept = [entry for entry in entries if entry not in old]
        return sorted(kept, key=lambda entry: (-entry.at, entry.aside_id))

    async def drop(self, team: str, aside_id: str) -> bool:
        return bool(await self.redis.hdel(key(team, "aside"), aside_id))

    async def forget(self, team: str, ids: Container[str]) -> None:
        for entry in await self.of(team):
            if entry.piece.about(ids):
                await self.drop(team, entry.aside_id)

    async def counts(self) -> dict[str, int]:
        return dict(Counter(entry.piece.kind for entry in await self.all()))

    async def all(self) -> list[PutAside]:
        entries = []
        for team in map(text, await self.redis.smembers(TEAMS)):
            of_team = await self.of(team)
            if not of_team:
                await self.redis.srem(TEAMS, team)  # and back with the next
            entries += of_team
        return sorted(entries, key=lambda entry: -entry.at)
