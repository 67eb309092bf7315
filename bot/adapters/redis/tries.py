"""`Tries` in Redis: one small hash per piece of work that was begun, gone once it is done."""

import asyncio
import uuid
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from redis.asyncio import Redis

from bot.adapters.redis.keys import key, text
from bot.domain.aside import Piece, Tried

MEMORY = 2 * 24 * 3600  # seconds after the last try
ALONE = "apprentice:alone"
LEASE = 6.0  # seconds until whoever died alone makes room for the next
PAUSE = 0.2  # seconds between two looks whether there is room


@dataclass(frozen=True)
class RedisTries:
    """`open` counts what was begun and did not end: more than one at a time cannot be."""

    redis: Redis

    async def of(self, piece: Piece) -> Tried:
        return _tried(await self.redis.hgetall(_place(piece)))

    async def begin(self, piece: Piece) -> None:
        await self._count(piece, "open", 1)

    async def ended(self, piece: Piece) -> None:
        await self._count(piece, "open", -1)

    async def failed(self, piece: Piece, *, outside: bool, now: float) -> Tried:
        place = _place(piece)
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hincrby(place, "open", -1)
            if outside:
                pipe.hsetnx(place, "since", str(now))
            else:
                pipe.hincrby(place, "failures", 1)
            pipe.expire(place, MEMORY)
            pipe.hgetall(place)
            *_, found = await pipe.execute()
        return _tried(found)

    async def done(self, piece: Piece) -> None:
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.delete(_place(piece))
            pipe.hdel(key(piece.team, "aside"), piece.piece_id)
            await pipe.execute()

    @asynccontextmanager
    async def alone(self) -> AsyncIterator[None]:
        token = uuid.uuid4().hex
        while not await self.redis.set(ALONE, token, nx=True, px=int(LEASE * 1000)):
            await asyncio.sleep(PAUSE)
        over = asyncio.Event()
        holding = asyncio.create_task(self._hold(over))
        try:
            yield
        finally:
            over.set()  # never by cancelling: Python 3.11 may lose that within a call to Redis
            await asyncio.gather(holding, return_exceptions=True)
            if text(await self.redis.get(ALONE) or "") == token:
                await self.redis.delete(ALONE)

    async def _hold(self, over: asyncio.Event) -> None:
        while not over.is_set():
            await self.redis.pexpire(ALONE, int(LEASE * 1000))
            with suppress(TimeoutError):
                await asyncio.wait_for(over.wait(), LEASE / 3)

    async def _count(self, piece: Piece, name: str, by: int) -> None:
        place = _place(piece)
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hincrby(place, name, by)
            pipe.expire(place, MEMORY)
            await pipe.execute()


def _place(piece: Piece) -> str:
    return key(piece.team, "tries", sha256(f"{piece.kind} {piece.key}".encode()).hexdigest()[:24])


def _tried(found: Mapping[Any, Any]) -> Tried:
    return Tried(
        deaths=max(0, int(found.get("open", 0))),
        failures=int(found.get("failures", 0)),
        since=float(found.get("since", 0)),
    )
