"""What is known of a thread in Redis: its turns in their order, and what stood there before them."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import structlog
from pydantic import TypeAdapter

from bot.adapters.redis.keys import key, text
from bot.adapters.redis.packed import unpacked
from bot.adapters.redis.script import Script
from bot.adapters.redis.turn_records import TurnRecords
from bot.domain.conversation import Reply, Said, Turn

log = structlog.get_logger(__name__)
_SAID = TypeAdapter(tuple[Said, ...])
AT_ONCE = 20  # turns of a thread that are read together

# The turns before one, the last of them first, with what is kept of each.
_BEFORE = Script("""
local turns, turn_id, most = unpack(ARGV)
local found = {}
local ids = redis.call('ZREVRANGEBYLEX', KEYS[1], '(' .. turn_id, '-', 'LIMIT', 0, most)
for _, id in ipairs(ids) do
    local said, reply = unpack(redis.call('HMGET', turns .. id, 'turn', 'reply'))
    table.insert(found, {id, said, reply})
end
return found
""")


@dataclass(frozen=True)
class ThreadRecords(TurnRecords):
    """One sorted set of turn ids per thread; beside it what others said there before."""

    async def knows_thread(self, team: str, channel: str, thread_ts: str, ts: str = "") -> bool:
        """Also when all that was asked there is forgotten: the bot's answers still stand there."""
        thread = f"{channel}:{thread_ts}"
        first = await self.redis.zrange(key(team, "thread", thread), 0, 0) if ts else []
        if first:
            return text(first[0]) <= f"{channel}:{ts}"
        return bool(
            await self.redis.exists(key(team, "joined", thread), key(team, "thread", thread))
        )

    async def hear(self, turn: Turn) -> bool:
        return await self._accepting.hear(turn)

    async def caught_up(self, turn: Turn, stamps: Sequence[str]) -> None:
        if stamps:
            await self.redis.zrem(self._heard(turn.team, turn.thread_id), *stamps)

    async def history(self, turn: Turn) -> list[tuple[Turn, Reply | None]]:
        pages = [page async for page in self.recent(turn)]
        return [past for page in reversed(pages) for past in page]

    async def recent(self, turn: Turn) -> AsyncIterator[list[tuple[Turn, Reply | None]]]:
        thread, turns = key(turn.team, "thread", turn.thread_id), key(turn.team, "turn", "")
        before = turn.turn_id
        while True:
            rows = await _BEFORE.once(self.redis, ([thread], [turns, before, AT_ONCE]))
            past = [_read(said, reply) for _, said, reply in reversed(rows) if said is not None]
            if rows:
                yield [pair for pair in past if pair is not None]
            if len(rows) < AT_ONCE:
                return
            before = text(rows[-1][0])

    async def earlier(self, turn: Turn) -> list[Said] | None:
        """Before the message that opened the thread there was nothing: that it was taken up says so."""
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.get(key(turn.team, "earlier", turn.thread_id))
            pipe.hexists(key(turn.team, "turn", turn.thread_id), "started")
            found, opened = await pipe.execute()
        if found is None:
            return [] if opened else None
        return list(_SAID.validate_json(found))

    async def save_earlier(self, turn: Turn, said: Sequence[Said]) -> None:
        """Whoever knew it first is right."""
        place, kept = key(turn.team, "earlier", turn.thread_id), _SAID.dump_json(tuple(said))
        await self.redis.set(place, kept.decode(), nx=True, ex=self.retention)

    async def unsay(self, team: str, user: str) -> None:
        start = key(team, "earlier", "")
        async for place in self.redis.scan_iter(match=f"{start}*", count=1000):
            found = await self.redis.get(place)
            said = () if found is None else _SAID.validate_json(found)
            left = tuple(one for one in said if one.user != user)
            if len(left) < len(said):
                await self.redis.set(place, _SAID.dump_json(left).decode(), xx=True, keepttl=True)
        async for place in self.redis.scan_iter(match=f"{key(team, 'early', '')}*", count=1000):
            found = await self.redis.get(place)
            if found is not None and Turn.model_validate_json(found).user == user:
                await self.redis.delete(place)

    def _heard(self, team: str, thread_id: str) -> str:
        """The set of timestamps of a thread that the bot has no part in; no more than those."""
        return key(team, "heard", thread_id)


def _read(said: str, reply: str | None) -> tuple[Turn, Reply | None] | None:
    """A turn of the past; a record that cannot be read is no reason to answer nobody after it."""
    try:
        kept = unpacked(reply) if reply else None
        return Turn.model_validate_json(said), kept
    except ValueError:
        log.exception("turn_unreadable")
        return None
