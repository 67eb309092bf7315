"""Where a turn lies in Redis, and how it is written while others change or forget it.

Base of `RedisTurns`. A turn that was forgotten, or whose question was changed, is not written to by
a task that still works on what it was before.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import WatchError

from bot.adapters.redis.accepting import Accepting
from bot.adapters.redis.guarded import Write, change
from bot.adapters.redis.keys import EVENT_MEMORY, key, text
from bot.adapters.redis.script import Call, Script
from bot.adapters.redis.standing import take_out
from bot.domain.conversation import Turn

# 1 where the message has come meanwhile. Of several edits the last is kept.
_EXPECT = Script("""
local turn, gone, early = unpack(KEYS)
local said, edited_at, memory = unpack(ARGV)
if redis.call('HEXISTS', turn, 'turn') == 1 then
    return 1
end
local known = redis.call('GET', early)
if redis.call('EXISTS', gone) == 0
    and not (known and cjson.decode(known)['edited_at'] >= edited_at) then
    redis.call('SET', early, said, 'EX', memory)
end
return 0
""")


@dataclass(frozen=True)
class TurnRecords:
    """One hash per turn; beside it a mark that outlives it, so that it is not accepted again."""

    redis: Redis
    retention: int  # seconds
    known: Callable[[], None] = lambda: None  # told of every turn that is accepted once more

    @cached_property
    def _accepting(self) -> Accepting:
        return Accepting(self.redis, self.retention, self.known)

    async def get(self, team: str, turn_id: str) -> Turn | None:
        found = await self.redis.hget(key(team, "turn", turn_id), "turn")
        return None if found is None else Turn.model_validate_json(found)

    async def offer(self, turn: Turn) -> None:
        place = self._turn(turn)

        def write(pipe: Pipeline) -> None:
            pipe.hset(place, "offer", turn.model_dump_json())

        standing = await self.offered(turn.team, turn.turn_id)
        if standing is None or standing.edited_at < turn.edited_at:
            await self._write(turn, write)

    async def offered(self, team: str, turn_id: str) -> Turn | None:
        found = await self.redis.hget(key(team, "turn", turn_id), "offer")
        return None if found is None else Turn.model_validate_json(found)

    async def expect(self, turn: Turn) -> bool:
        places = [self._turn(turn), self._gone(turn.team, turn.turn_id), self._early(turn)]
        call: Call = (places, [turn.model_dump_json(), turn.edited_at, EVENT_MEMORY])
        return bool(await _EXPECT.once(self.redis, call))

    async def forget(self, team: str, turn_id: str) -> None:
        place = key(team, "turn", turn_id)
        async with self.redis.pipeline(transaction=True) as pipe:
            while True:
                try:
                    await pipe.watch(place)
                    known = {text(k): text(v) for k, v in (await pipe.hgetall(place)).items()}
                    said = known.get("turn")
                    turn = None if said is None else Turn.model_validate_json(said)
                    pipe.multi()  # type: ignore[no-untyped-call]
                    pipe.set(self._gone(team, turn_id), "1", ex=EVENT_MEMORY)
                    pipe.delete(place, key(team, "early", turn_id))
                    take_out(pipe, team, known)
                    if turn is not None:
                        self._unlink(pipe, turn, known.get("posted_ts"))
                        self._remember_thread(pipe, turn, began="started" in known)
                    await pipe.execute()
                except WatchError:
                    continue
                else:
                    return

    def _unlink(self, pipe: Pipeline, turn: Turn, posted: str | None) -> None:
        """Every way to a turn."""
        pipe.zrem(key(turn.team, "thread", turn.thread_id), turn.turn_id)
        pipe.zrem(self._of(turn.team, turn.user), turn.turn_id)
        if posted is not None:
            pipe.delete(key(turn.team, "posted", turn.channel, posted))

    def _remember_thread(self, pipe: Pipeline, turn: Turn, *, began: bool) -> None:
        """That the bot is part of it, and that nothing stood before a turn that `began` it: while a
        thread has its turns, they say so.
        """
        pipe.set(key(turn.team, "joined", turn.thread_id), "1", ex=self.retention)
        if began and turn.opens_thread:
            earlier = key(turn.team, "earlier", turn.thread_id)
            pipe.set(earlier, "[]", nx=True, ex=self.retention)

    async def _write(self, turn: Turn, write: Write, *, revision: int | None = None) -> bool:
        """Write while the turn is there, and at this `revision` if one is given; whether it was."""
        return await change(self.redis, self._turn(turn), write, revision) is not None

    def _of(self, team: str, user: str) -> str:
        """A user's turns by when they were asked; such as outlive their time stand at the end."""
        return key(team, "asked-by", user)

    def _turn(self, turn: Turn) -> str:
        return key(turn.team, "turn", turn.turn_id)

    def _gone(self, team: str, turn_id: str) -> str:
        """Says only that there was a turn, not what it said."""
        return key(team, "gone", turn_id)

    def _early(self, turn: Turn) -> str:
        return key(turn.team, "early", turn.turn_id)

    def _stands(self, pipe: Pipeline, turn: Turn, ts: str) -> None:
        """Note the message that shows a reply, and the way from it back to its turn."""
        pipe.hset(self._turn(turn), "posted_ts", ts)
        pipe.set(key(turn.team, "posted", turn.channel, ts), turn.turn_id, ex=self.retention)
