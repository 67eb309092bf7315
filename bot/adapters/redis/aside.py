"""`Aside` in Redis: one hash per workspace, by the id of what was put aside."""

import time
from collections import Counter
from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any

import structlog
from pydantic import ValidationError
from redis.asyncio import Redis

from bot.adapters.redis.keys import key, text
from bot.domain.aside import PutAside, unread

log = structlog.get_logger(__name__)
TEAMS = "apprentice:aside"  # workspaces in which something is or was put aside
MOST = 1_000  # of one workspace; beyond that the oldest make room, duties last of all


@dataclass(frozen=True)
class RedisAside:
    """Entries go after `retention` seconds, as the turns do that they are about; duties stay.

    An entry that cannot be read, of a newer version perhaps, is listed by its id and kept.
    """

    redis: Redis
    retention: int
    _said: set[str] = field(default_factory=set)  # ids of entries that the log has told of

    async def put(self, entry: PutAside) -> None:
        team = entry.piece.team
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hset(key(team, "aside"), entry.aside_id, entry.model_dump_json())
            pipe.persist(key(team, "aside"))
            await pipe.execute()
        await self.redis.sadd(TEAMS, team)
        await self._make_room(team)

    async def get(self, team: str, aside_id: str) -> PutAside | None:
        found = await self.redis.hget(key(team, "aside"), aside_id)
        return None if found is None else self._read(team, aside_id, found)

    async def of(self, team: str) -> list[PutAside]:
        return [entry for entry in await self._kept(team) if not entry.dismissed]

    async def drop(self, team: str, aside_id: str) -> bool:
        return bool(await self.redis.hdel(key(team, "aside"), aside_id))

    async def forget(self, team: str, ids: Container[str]) -> None:
        for place in {team, ""}:
            for entry in await self._kept(place):
                if entry.about(ids, unsure=place != team):
                    await self.drop(place, entry.aside_id)

    async def counts(self) -> dict[str, int]:
        return dict(Counter(entry.piece.kind for entry in await self.all()))

    async def all(self) -> list[PutAside]:
        entries = []
        for team in map(text, await self.redis.smembers(TEAMS)):
            of_team = await self._kept(team)
            if not of_team:
                await self.redis.srem(TEAMS, team)  # and back with the next
            entries += [entry for entry in of_team if not entry.dismissed]
        return sorted(entries, key=lambda entry: -entry.at)

    async def _kept(self, team: str) -> list[PutAside]:
        """Dismissed ones too; what is too old is dropped, and the log says so."""
        found: Mapping[Any, Any] = await self.redis.hgetall(key(team, "aside"))
        kept, before = [], time.time() - self.retention
        for name, value in found.items():
            entry = self._read(team, text(name), value)
            if entry.duty or entry.at >= before:
                kept.append(entry)
                continue
            await self.drop(team, entry.aside_id)
            if not entry.dismissed:
                kind = entry.piece.kind
                log.warning("aside_expired", team=team, kind=kind, dropped=entry.aside_id)
        return sorted(kept, key=lambda entry: (-entry.at, entry.aside_id))

    async def _make_room(self, team: str) -> None:
        entries = await self._kept(team)
        entries.sort(key=lambda entry: (not entry.dismissed, entry.duty, entry.at))
        for surplus in entries[: max(0, len(entries) - MOST)]:
            log.warning("aside_full", team=team, kind=surplus.piece.kind, dropped=surplus.aside_id)
            await self.drop(team, surplus.aside_id)

    def _read(self, team: str, aside_id: str, value: bytes | str) -> PutAside:
        try:
            return PutAside.model_validate_json(value)
        except ValidationError:
            if aside_id not in self._said:
                self._said.add(aside_id)
                log.exception("aside_not_read", team=team, aside=aside_id)
            return unread(team, aside_id)
