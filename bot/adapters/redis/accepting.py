"""Messages become turns: each in one step of the server, and many in one round trip.

Called through `RedisTurns` before a delivery is acknowledged. In a burst nobody waits for two
thousand times four round trips; and two deliveries of one message never see half of a turn.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property

from redis.asyncio import Redis

from bot.adapters.redis.keys import EVENT_MEMORY, key
from bot.adapters.redis.script import Call, Script, writable
from bot.adapters.redis.waiting import expecting, see_noted
from bot.domain.conversation import Turn
from bot.together import Together

HEARD_SECONDS = 600  # that a reply waits for the mention before it; Slack's retries take so long
FEW = 20  # expired turns that are dropped when a new one comes

# 1 while the turn still needs an answer, and 2 more if it was known. A delivery's mark alone never says that it does not: the
# turn may be stored and its task not queued, if the process died in between (where `accept_and` is not used).
_ACCEPT = """
local turn, gone, early, of, thread, delivery = unpack(KEYS)
local said, turn_id, score, retention, memory, past, turns, few = unpack(ARGV)
said = redis.call('GET', early) or said
local aside = cjson.decode(said)['aside']  -- before anything is marked as taken
local first = delivery == nil or redis.call('SET', delivery, '1', 'NX', 'EX', memory)
local known = redis.call('HMGET', turn, 'turn', 'answered')
if known[1] then
    return known[2] and 2 or 3
end
if not first or redis.call('EXISTS', gone) == 1 then
    return 2
end
redis.call('HSET', turn, 'turn', said)
if aside then
    redis.call('HSET', turn, 'answered', 'aside')
end
redis.call('EXPIRE', turn, retention)
redis.call('ZADD', of, score, turn_id)
-- Score 0 for all: members sort by their text, which for ts is their time.
redis.call('ZADD', thread, 0, turn_id)
redis.call('EXPIRE', thread, retention)
redis.call('DEL', early)
-- Of the user's turns that have expired; such as a vote keeps go to the end.
for _, old in ipairs(redis.call('ZRANGEBYSCORE', of, '-inf', past, 'LIMIT', 0, few)) do
    if redis.call('EXISTS', turns .. old) == 1 then
        redis.call('ZADD', of, 'XX', 'inf', old)
    else
        redis.call('ZREM', of, old)
    end
end
return aside and 0 or 1
"""
ACCEPT = Script(_ACCEPT)

# 1 where the bot was called into the thread by then; else the reply's ts is kept for a while.
_HEAR = Script("""
local thread, joined, heard = unpack(KEYS)
local turn_id, ts, opens, seconds = unpack(ARGV)
if redis.call('ZLEXCOUNT', thread, '-', '[' .. turn_id) > 0 then
    return 1
end
if opens == '1' then
    return 0
end
if redis.call('EXISTS', thread) == 0 and redis.call('EXISTS', joined) == 1 then
    return 1
end
redis.call('ZADD', heard, 0, ts)
redis.call('EXPIRE', heard, seconds)
return 0
""")

Accepted = tuple[Turn, Call]


def accept_and(lua: str) -> Script:
    """The same, and what `lua` does with KEYS and ARGV of its own, where an answer is needed.

    One step of one server: each key is where the server is, and none can find the one without the other.
    """
    return Script(f"""
local function accept(KEYS, ARGV)
{_ACCEPT}
end
local function queue(KEYS, ARGV)
{lua}
end
local keys, arguments = tonumber(ARGV[1]), tonumber(ARGV[2]) + 2
local accepted = accept({{unpack(KEYS, 1, keys)}}, {{unpack(ARGV, 3, arguments)}})
if accepted == 1 or accepted == 3 then
    queue({{unpack(KEYS, keys + 1)}}, {{unpack(ARGV, arguments + 1)}})
end
return accepted
""")


def both(first: Call, then: Call) -> Call:
    """What such a script is called with."""
    keys, arguments = first
    sizes = len(keys), len(arguments)
    return [*keys, *then[0]], [*sizes, *arguments, *then[1]]


@dataclass(frozen=True)
class Accepting:
    """`retention` in seconds; `known` hears of each that had been taken over already.

    `script` is ACCEPT, or one that `accept_and` made: then each call says what is to be done `then`.
    """

    redis: Redis
    retention: int
    known: Callable[[], None]
    script: Script = ACCEPT

    @cached_property
    def _accepts(self) -> Together[Accepted, bool]:
        return Together(self._accept)

    @cached_property
    def _hears(self) -> Together[Call, bool]:
        return Together(self._hear)

    async def accept(self, turn: Turn, delivery: str, then: Call | None = None) -> bool:
        """Store a turn that came by a delivery with this id; True while it needs an answer.

        Raises ValueError where it cannot be written: alone, not with all of a batch.
        """
        call = writable(self._accepting(turn, delivery))
        return await self._accepts((turn, call if then is None else both(call, then)))

    async def hear(self, turn: Turn) -> bool:
        """See `Turns.hear`. Raises as `accept`."""
        return await self._hears(writable(_hearing(turn)))

    async def _accept(self, asked: Sequence[Accepted]) -> list[bool | Exception]:
        calls = [call for _, call in asked]
        wait = expecting([turn for turn, _ in asked if not turn.aside])
        answers = await self.script.each(self.redis, calls, beside=wait)
        for noted in answers[len(calls) :]:
            see_noted(noted)
        return [self._told(answer) for answer in answers[: len(calls)]]

    def _told(self, answer: object) -> bool | Exception:
        if isinstance(answer, Exception):
            return answer
        if answer in (2, 3):
            self.known()
        return answer in (1, 3)

    def _accepting(self, turn: Turn, delivery: str) -> Call:
        team, turn_id = turn.team, turn.turn_id
        places = [
            key(team, "turn", turn_id),
            key(team, "gone", turn_id),
            key(team, "early", turn_id),
            key(team, "asked-by", turn.user),
            key(team, "thread", turn.thread_id),
        ]
        if delivery:
            places.append(key(team, "event", delivery))
        return places, [
            *(turn.model_dump_json(exclude_defaults=True), turn_id, turn.ts),
            *(self.retention, EVENT_MEMORY, time.time() - self.retention),
            *(key(team, "turn", ""), FEW),
        ]

    async def _hear(self, calls: Sequence[Call]) -> list[bool | Exception]:
        return _all(await _HEAR.each(self.redis, calls))


def _hearing(turn: Turn) -> Call:
    team, thread = turn.team, turn.thread_id
    places = [key(team, kind, thread) for kind in ("thread", "joined", "heard")]
    return places, [turn.turn_id, turn.ts, "1" if turn.opens_thread else "0", HEARD_SECONDS]


def _all(answers: Sequence[object]) -> list[bool | Exception]:
    return [answer if isinstance(answer, Exception) else bool(answer) for answer in answers]
