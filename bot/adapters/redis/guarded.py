"""Several changes as one step of the server, made only while a turn stands as their maker knew it.

In one round trip, where watching the turn and changing it in a transaction takes four.
"""

from collections.abc import Callable, Sequence
from typing import Any

from redis.asyncio import ConnectionPool, Redis
from redis.asyncio.client import Pipeline

from bot.adapters.redis.script import Script

# Each command comes as the number of its words and these. An answer begins with what became of it:
# 0 where the turn is not there, or not at this revision; 1 and what the field holds, where that is
# something else; 2 and the answers to the commands; 3 and which of the other KEYS are there.
_CHANGE = Script("""
local turn, revision, field, expected = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local found = redis.call('HMGET', turn, 'turn', field)
if not found[1] then
    return {0}
end
if revision ~= '' then
    local read, said = pcall(cjson.decode, found[1])
    local standing = read and type(said) == 'table' and (tonumber(said['revision']) or 0)
    if standing ~= tonumber(revision) then
        return {0}
    end
end
if field ~= '' and (found[2] or '') ~= expected then
    return {1, found[2]}
end
local there = {3}
for n = 2, #KEYS do
    if redis.call('EXISTS', KEYS[n]) == 1 then
        table.insert(there, n - 2)
    end
end
if #there > 1 then
    return there
end
local answers, at = {2}, 4
while at <= #ARGV do
    local words = tonumber(ARGV[at])
    table.insert(answers, redis.call(unpack(ARGV, at + 1, at + words)))
    at = at + words + 1
end
return answers
""")
_NOWHERE = ConnectionPool()  # of pipelines that only note what is to be done

Write = Callable[[Pipeline], object]
WriteAfter = Callable[[Pipeline, str | None], object]


class Marked(Exception):
    """Raised where nothing was changed, since some `marks` are there."""

    def __init__(self, marks: Sequence[str]) -> None:
        super().__init__(*marks)
        self.marks = marks


async def change(
    redis: Redis, turn: str, write: Write, revision: int | None = None
) -> list[Any] | None:
    """The answers to what `write` asks for; None where the turn is not there, or at another revision.

    All keys are of the workspace of the turn's key.
    """
    return await change_after(redis, turn, "", lambda pipe, _: write(pipe), revision)


async def change_after(
    redis: Redis,
    turn: str,
    field: str,
    write: WriteAfter,
    revision: int | None = None,
    *,
    marks: Sequence[str] = (),
) -> list[Any] | None:
    """As `change`, of what depends on what a field of the turn holds; mostly that is nothing.

    Raises Marked where one of the `marks`, which are keys, is there.
    """
    known: str | None = None
    while True:
        said = ["" if revision is None else revision, field, known or "", *_words(write, known)]
        became, *answers = await _CHANGE.once(redis, ([turn, *marks], said))
        if became == 3:
            raise Marked([marks[at] for at in answers])
        if became != 1:
            return answers if became else None
        known = answers[0]


def _words(write: WriteAfter, known: str | None) -> list[Any]:
    pipe = Pipeline(_NOWHERE, {}, transaction=True, shard_hint=None)
    write(pipe, known)
    return [word for args, _ in pipe.command_stack for word in (len(args), *args)]
