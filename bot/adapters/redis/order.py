"""Which turn of a thread is to be answered next.

The queue may hand out the tasks of a thread in any order, most of all in a burst. So whoever has
the thread in hand asks here whom to answer, and nobody waits for somebody who waits for them.
"""

from redis.asyncio import Redis

from bot.adapters.redis.keys import key
from bot.adapters.redis.script import Script
from bot.domain.conversation import REVISED

PATIENCE = 900  # seconds between two turns after which the later one does not wait any more
PAGE = 100  # turns that are looked at in one go

# The reply to give next in a thread, so that a turn may have its own: the turn and its revision. Of
# the oldest turn that waits for one; of this one where none does, or where it has one. Looks from
# the turn backwards over those that wait; a record that cannot be read waits like any other.
DUE = """
local function due_of(thread, turns, turn_id, patience, page)

local function waiting(id)
    local found = redis.call('HMGET', turns .. id, 'turn', 'answered')
    if not found[1] or found[2] then
        return nil
    end
    local read, said = pcall(cjson.decode, found[1])
    return read and type(said) == 'table' and tonumber(said['revision']) or 0
end

local function time(id)
    return tonumber(string.match(id, ':([%d.]+)$')) or 0
end

local due, revision = turn_id, waiting(turn_id)
if not revision then
    return turn_id, 0
end
local start = '(' .. turn_id
while true do
    local ids = redis.call('ZREVRANGEBYLEX', thread, start, '-', 'LIMIT', 0, page)
    for _, id in ipairs(ids) do
        if time(due) - time(id) > tonumber(patience) then
            return due, revision
        end
        local standing = waiting(id)
        if standing then
            due, revision = id, standing
        end
    end
    if #ids == 0 then
        return due, revision
    end
    start = '(' .. ids[#ids]
end

end
"""


# Nobody waits any more for this revision of a turn, where it has no answer.
_LEAVE = Script("""
local turn, revision = KEYS[1], tonumber(ARGV[1])
local found = redis.call('HGET', turn, 'turn')
if not found then
    return 0
end
local read, said = pcall(cjson.decode, found)
local standing = read and type(said) == 'table' and tonumber(said['revision']) or 0
if standing > revision then
    return 0
end
return redis.call('HSETNX', turn, 'answered', 'put aside')
""")


async def leave(redis: Redis, team: str, reply_id: str) -> None:
    """See `Turns.put_aside`."""
    turn_id, _, revision = reply_id.partition(REVISED)
    await _LEAVE.once(redis, ([key(team, "turn", turn_id)], [int(revision or 0)]))
