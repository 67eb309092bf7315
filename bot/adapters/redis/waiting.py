"""Turns that wait for work on them to begin, so that whoever waits long can be told.

One sorted set of all workspaces: whom to look at next, and when. It is only a list of whom to look
at; what a turn's own record says decides. What is begun is dropped from it at the next look.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.adapters.redis.keys import key, text
from bot.adapters.redis.script import Call, Command, Script
from bot.domain.conversation import Turn

log = structlog.get_logger(__name__)
LIST = "apprentice:waiting"
PATIENCE = 10.0  # seconds without a sign before somebody is told
LOOK = 5.0  # seconds between two looks at one that waits on
AT_ONCE = 200  # turns of one look

# The oldest turn of the thread that waits for its answer, and whether work on it has begun.
_HEAD = Script("""
local turns, oldest = unpack(ARGV)
for _, turn_id in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], '[' .. oldest, '+')) do
    local found = redis.call('HMGET', turns .. turn_id, 'turn', 'answered', 'begun')
    if found[1] and not found[2] then
        return {turn_id, found[3] and 1 or 0}
    end
end
return false
""")


def expecting(turns: Sequence[Turn]) -> list[Command]:
    """What notes that these wait from now on; where there is nothing to note, nothing."""
    due = time.time() + PATIENCE
    waits = [each for turn in turns for each in (due, f"{turn.team} {turn.turn_id}")]
    return [("ZADD", LIST, "NX", *waits)] if waits else []


def see_noted(answer: object) -> None:
    """Where that failed, they hear nothing until the answer."""
    if isinstance(answer, Exception):
        log.warning("waiting_not_noted", error=str(answer))


async def expect_answer(redis: Redis, turn: Turn) -> None:
    """From now on it waits, if that can be noted."""
    for command in expecting([turn]):
        try:
            await redis.execute_command(*command)  # type: ignore[no-untyped-call]
        except RedisError as error:
            see_noted(error)


@dataclass(frozen=True)
class RedisWaiting:
    """`Waiting`: nothing here is lost or doubled when a process dies between two steps."""

    redis: Redis

    async def due(self) -> list[Turn]:
        """Some that have waited long and whose thread is silent, the longest unseen first."""
        now = time.time()
        found = await self.redis.zrangebyscore(LIST, "-inf", now, start=0, num=AT_ONCE)
        names = [text(name) for name in found]
        rows = await self._records(names)
        over = [name for name, turn in zip(names, rows, strict=True) if turn is None]
        again = {name: now + LOOK for name in names if name not in over}
        if over:
            await self.redis.zrem(LIST, *over)
        if again:
            await self.redis.zadd(LIST, again, xx=True)
        return await self._silent([turn for turn in rows if isinstance(turn, Turn)])

    async def claim(self, turn: Turn, seconds: int) -> str:
        """For the first who asks about the turn's thread, for so long: whose answer comes next.

        That answer takes the status away, so the claim is on it. Empty for everybody else.
        """
        head = await _HEAD.once(self.redis, _head(turn))
        if not isinstance(head, list) or int(head[1]):
            return ""
        place, name = key(turn.team, "told-waiting", text(head[0])), text(head[0])
        return name if await self.redis.set(place, "1", nx=True, ex=seconds) else ""

    async def told(self, turn: Turn, seconds: int, until: str) -> None:
        """It is said there, and stands for so long, or until this turn is answered."""
        await self.redis.set(key(turn.team, "told-waiting", until), "1", ex=seconds)

    async def waits(self, turn: Turn) -> bool:
        """Whether nothing has been begun about it since."""
        [found] = await self._records([f"{turn.team} {turn.turn_id}"])
        if isinstance(found, Exception):
            raise found
        return found is not None

    async def answered(self, turn: Turn) -> bool:
        """Whether nobody works on it either: answered, or forgotten."""
        place = key(turn.team, "turn", turn.turn_id)
        said, answered = await self.redis.hmget(place, ["turn", "answered"])
        return said is None or answered is not None

    async def _records(self, names: Sequence[str]) -> list[Turn | Exception | None]:
        """None for what is over; an error where it cannot be asked, as of a node that is away."""
        async with self.redis.pipeline(transaction=False) as pipe:
            for name in names:
                team, _, turn_id = name.partition(" ")
                pipe.hmget(key(team, "turn", turn_id), ["turn", "begun", "answered"])
            return [_waiting(row) for row in await pipe.execute(raise_on_error=False)]

    async def _silent(self, turns: Sequence[Turn]) -> list[Turn]:
        """One of each thread, unless an answer is under way there: that shows its own status."""
        ones = list({(turn.team, turn.thread_id): turn for turn in reversed(turns)}.values())
        heads = await _HEAD.each(self.redis, [_head(turn) for turn in ones]) if ones else []
        return [
            turn
            for turn, head in zip(ones, heads, strict=True)
            if isinstance(head, list) and not int(head[1])
        ][::-1]


def _waiting(row: Exception | Sequence[str | None]) -> Turn | Exception | None:
    if isinstance(row, Exception):
        return row
    said, begun, answered = row
    return _read(said) if said and begun is None and answered is None else None


def _read(said: str) -> Turn | None:
    """What cannot be read is over: nobody else shall wait for its mending."""
    try:
        return Turn.model_validate_json(said)
    except ValueError:
        log.warning("waiting_unreadable")
        return None


def _head(turn: Turn) -> Call:
    oldest = f"{turn.channel}:{float(turn.thread_ts):.6f}"
    return [key(turn.team, "thread", turn.thread_id)], [key(turn.team, "turn", ""), oldest]
