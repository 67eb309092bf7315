"""`Tries` in Redis: one small hash per piece of work that was begun, gone once it is done.

Every beginning has a field of its own, so that it can be closed twice. What a process could not
close because Redis was away is a debt: it is paid as soon as Redis is back, since nobody died.
"""

import uuid
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any

from redis.asyncio import Redis

from bot.adapters.redis.alone import alone
from bot.adapters.redis.keys import key
from bot.adapters.redis.script import Script
from bot.domain.aside import Piece, Tried

MEMORY = 2 * 24 * 3600  # seconds after the last try
OPEN = "open:"  # begins the fields of what was begun and did not end

# What was found before; a field of its own for this beginning, unless so many are open already.
BEGIN = """
local function begin(place, name, open, unless, memory)

local found, deaths = redis.call('HGETALL', place), 0
for at = 1, #found, 2 do
    if string.sub(found[at], 1, #open) == open then
        deaths = deaths + 1
    end
end
if unless == '' or deaths < tonumber(unless) then
    redis.call('HSET', place, name, 1)
    redis.call('EXPIRE', place, memory)
end
return found

end
"""
_BEGIN = Script(BEGIN + "return begin(KEYS[1], unpack(ARGV))")

# Runs `begin` with a place and these arguments; None where it did not.
Count = Callable[[str, Sequence[str | int]], Awaitable[Sequence[str] | None]]


@dataclass
class _Begun:
    """What this process has begun, by place, and which of it is to be closed yet."""

    fields: dict[str, list[str]] = field(default_factory=dict)
    owed: set[tuple[str, str]] = field(default_factory=set)

    def begin(self, place: str) -> str:
        name = OPEN + uuid.uuid4().hex
        self.fields.setdefault(place, []).append(name)
        return name

    def close(self, place: str) -> str | None:
        """Any of them: of one piece they are alike."""
        names = self.fields.get(place, [])
        name = names.pop() if names else None
        if not names:
            self.fields.pop(place, None)
        return name

    @contextmanager
    def closing(self, place: str) -> Iterator[str]:
        """Owed where the write fails; whether it was done before the answer was lost, or not."""
        name = self.close(place)
        try:
            yield name or OPEN
        except BaseException:
            if name is not None:
                self.owed.add((place, name))
            raise


@dataclass(frozen=True)
class RedisTries:
    """One per process: it knows what the process owes."""

    redis: Redis
    begun: _Begun = field(default_factory=_Begun)

    async def of(self, piece: Piece) -> Tried:
        await self.settle()
        return _tried(await self.redis.hgetall(_place(piece)))

    async def begin(self, piece: Piece, unless: int | None = None) -> Tried:
        before = await self.counted(piece, unless, self._count)
        return before or Tried()

    async def counted(self, piece: Piece, unless: int | None, count: Count) -> Tried | None:
        """As `begin`, with `count` to write it; None where that did not."""
        await self.settle()
        place = _place(piece)
        name = self.begun.begin(place)
        most = "" if unless is None else unless
        try:
            said = await count(place, [name, OPEN, most, MEMORY])
        except BaseException:
            with self.begun.closing(place):  # nothing is begun; it may be counted all the same
                raise
        before = None if said is None else _tried(dict(zip(said[::2], said[1::2], strict=True)))
        if before is None or (unless is not None and before.deaths >= unless):
            self.begun.close(place)
        return before

    async def _count(self, place: str, arguments: Sequence[str | int]) -> Sequence[str]:
        said: Sequence[str] = await _BEGIN.once(self.redis, ([place], arguments))
        return said

    async def ended(self, piece: Piece) -> None:
        place = _place(piece)
        with self.begun.closing(place) as name:
            await self.redis.hdel(place, name)

    async def failed(self, piece: Piece, *, outside: bool, now: float) -> Tried:
        place = _place(piece)
        with self.begun.closing(place) as name:
            async with self.redis.pipeline(transaction=True) as pipe:
                pipe.hdel(place, name)
                if outside:
                    pipe.hsetnx(place, "since", str(now))
                else:
                    pipe.hincrby(place, "failures", 1)
                pipe.expire(place, MEMORY)
                pipe.hgetall(place)
                *_, found = await pipe.execute()
        return _tried(found)

    async def done(self, piece: Piece) -> None:
        place = _place(piece)
        with self.begun.closing(place):
            async with self.redis.pipeline(transaction=True) as pipe:
                pipe.delete(place)
                pipe.hdel(key(piece.team, "aside"), piece.piece_id)
                await pipe.execute()

    def alone(self) -> AbstractAsyncContextManager[None]:
        return alone(self.redis)

    async def settle(self) -> None:
        """Pay what is owed; of work that anybody may count as deaths until then."""
        if not (owed := list(self.begun.owed)):
            return
        async with self.redis.pipeline(transaction=False) as pipe:
            for place, name in owed:
                pipe.hdel(place, name)
            await pipe.execute()
        self.begun.owed.difference_update(owed)


def _place(piece: Piece) -> str:
    return key(piece.team, "tries", sha256(f"{piece.kind} {piece.key}".encode()).hexdigest()[:24])


def _tried(found: Mapping[Any, Any]) -> Tried:
    return Tried(
        deaths=sum(1 for name in found if name.startswith(OPEN)),
        failures=int(found.get("failures", 0)),
        since=float(found.get("since", 0)),
    )
