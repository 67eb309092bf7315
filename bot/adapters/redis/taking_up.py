"""How work on a turn begins, in one round trip: who is due, this try counted, its record read."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from bot.adapters.redis.keys import key, text
from bot.adapters.redis.order import DUE, PAGE, PATIENCE
from bot.adapters.redis.script import Script
from bot.adapters.redis.tries import BEGIN, RedisTries
from bot.adapters.redis.turns import RedisTurns
from bot.domain.aside import Piece
from bot.domain.conversation import REVISED
from bot.domain.records import TakenUp

# Who is due; where that is the turn itself, also what was before this try, which is counted.
_TAKE_UP = Script(
    DUE
    + BEGIN
    + """
local thread, place = unpack(KEYS)
local turns, turn_id, patience, page = unpack(ARGV)
local found, revision = due_of(thread, turns, turn_id, patience, page)
if found ~= turn_id then
    return {found, revision}
end
return {found, revision, begin(place, unpack(ARGV, 5))}
"""
)


@dataclass(frozen=True)
class RedisTakingUp:
    """`TakingUp`. All that it reads and writes is of one workspace."""

    turns: RedisTurns
    tries: RedisTries

    async def take_up(self, piece: Piece, turn_id: str, thread_id: str, unless: int) -> TakenUp:
        team, due, answers = piece.team, turn_id, list[Any]()

        async def count(place: str, arguments: Sequence[str | int]) -> Sequence[str] | None:
            nonlocal due, answers
            keys = [key(team, "thread", thread_id), place]
            asked = [key(team, "turn", ""), turn_id, PATIENCE, PAGE, *arguments]
            looks = self.turns.looks(team, turn_id, thread_id)
            said, *answers = await _TAKE_UP.each(self.turns.redis, [(keys, asked)], looks)
            if isinstance(said, Exception):
                raise said
            name, revision, *before = said
            due = f"{text(name)}{REVISED}{revision}" if int(revision) else text(name)
            return before[0] if before else None

        before = await self.tries.counted(piece, unless, count)
        if before is None or before.deaths >= unless:
            return TakenUp(due, before)
        return TakenUp(due, before, partial(self.turns.record_of, turn_id, answers))
