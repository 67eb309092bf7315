"""Turns, their replies and threads in Redis.

Written by the Slack listeners (through the ports) before a delivery is acknowledged, and by the
durable tasks. Turns expire after the retention time; a vote keeps the reply it is about for good.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import structlog
from redis.asyncio.client import Pipeline
from redis.exceptions import WatchError

from bot.adapters.redis.keys import key, text
from bot.adapters.redis.order import leave
from bot.adapters.redis.packed import unpacked
from bot.adapters.redis.preferences import channel_field, channel_settings
from bot.adapters.redis.replies import NOTES, ReplyRecords
from bot.adapters.redis.script import Command
from bot.adapters.redis.thread_records import ThreadRecords
from bot.adapters.redis.waiting import expect_answer
from bot.domain.conversation import Reply, Turn, TurnState, turn_id_of
from bot.domain.records import TurnRecord

log = structlog.get_logger(__name__)
_OF_ONE_REVISION = ("reply", "notes", "first", "begun", "answered", "stopped", "offer")


@dataclass(frozen=True)
class RedisTurns(ReplyRecords, ThreadRecords):
    """`Turns`: one hash per turn, one sorted set of turn ids per thread."""

    async def accept(self, turn: Turn, delivery: str = "") -> bool:
        return await self._accepting.accept(turn, delivery)

    async def record(self, team: str, turn_id: str, thread_id: str) -> TurnRecord | None:
        async with self.redis.pipeline(transaction=False) as pipe:
            for command in self.looks(team, turn_id, thread_id):
                pipe.execute_command(*command)
            return self.record_of(turn_id, await pipe.execute())

    def looks(self, team: str, turn_id: str, thread_id: str) -> list[Command]:
        """What `record` asks the server."""
        channel = turn_id.rpartition(":")[0]
        return [
            ("HGETALL", key(team, "turn", turn_id)),
            ("HGET", key(team, "preferences"), channel_field(channel)),
            ("ZRANGE", key(team, "thread", thread_id), 0, 0),
            ("ZRANGE", self._heard(team, thread_id), 0, -1),
        ]

    def record_of(self, turn_id: str, answers: Sequence[Any]) -> TurnRecord | None:
        """What the server has answered; raises the first error of these, and ValueError."""
        for answer in answers:
            if isinstance(answer, Exception):
                raise answer
        found, chosen, first, stamps = answers
        channel = turn_id.rpartition(":")[0]
        if "turn" not in found:
            return None
        turn = Turn.model_validate_json(found["turn"])
        called = text(first[0]) if first else turn_id
        return TurnRecord(
            turn=turn,
            state=_state(found, turn),
            channel=channel_settings(chosen),
            heard=tuple(ts for ts in map(text, stamps) if f"{channel}:{ts}" > called),
        )

    async def state(self, turn: Turn) -> TurnState:
        found: Any = await self.redis.hgetall(self._turn(turn))
        return _state(found, turn)

    async def start(self, turn: Turn) -> bool:
        """`begun` ends with the revision; `started` holds for the message that shows it."""
        place = self._turn(turn)
        return await self._write(
            turn,
            lambda pipe: pipe.hset(place, mapping={"started": "1", "begun": "1"}),
            revision=turn.revision,
        )

    async def posted(self, turn: Turn, ts: str) -> None:
        await self._write(turn, lambda pipe: self._stands(pipe, turn, ts))

    async def revise(self, turn: Turn) -> bool:
        place = self._turn(turn)
        async with self.redis.pipeline(transaction=True) as pipe:
            while True:
                try:
                    await pipe.watch(place)
                    known, reply = await pipe.hmget(place, ["turn", "reply"])
                    if known is None or Turn.model_validate_json(known).revision >= turn.revision:
                        return False
                    pipe.multi()  # type: ignore[no-untyped-call]
                    if reply is not None:
                        past = unpacked(reply).reply_id
                        pipe.hset(place, f"reply {past}", reply)
                    pipe.hset(place, "turn", turn.model_dump_json())
                    pipe.hdel(place, *_OF_ONE_REVISION)
                    await pipe.execute()
                except WatchError:
                    continue
                break
        if not (turn.aside or turn.withdrawn):
            await expect_answer(self.redis, turn)
        return True

    async def stop(self, turn: Turn) -> None:
        place, revision = self._turn(turn), str(turn.revision)
        await self._write(turn, lambda pipe: pipe.hset(place, "stopped", revision))

    async def stopped(self, turns: Sequence[Turn]) -> list[Turn]:
        async with self.redis.pipeline(transaction=False) as pipe:
            for turn in turns:
                pipe.hmget(self._turn(turn), ["turn", "stopped"])
            told = await pipe.execute()
        return [turn for turn, found in zip(turns, told, strict=True) if _ended(turn, *found)]

    async def of_user(self, team: str, user: str) -> list[str]:
        """Ids of those that have expired are dropped on the way."""
        place = self._of(team, user)
        known = [text(turn_id) for turn_id in await self.redis.zrange(place, 0, -1)]
        there = [t for t in known if await self.redis.exists(key(team, "turn", t))]
        if gone := set(known) - set(there):
            await self.redis.zrem(place, *gone)
        return sorted(there)

    async def turn_at(self, team: str, channel: str, ts: str) -> Turn | None:
        turn_id = await self.redis.get(key(team, "posted", channel, ts))
        return None if turn_id is None else await self.get(team, text(turn_id))

    async def answered(self, turn: Turn, ts: str) -> bool:
        def write(pipe: Pipeline) -> None:
            self._stands(pipe, turn, ts)
            pipe.hset(self._turn(turn), "answered", "1")

        if await self._write(turn, write, revision=turn.revision):
            return True
        await self.posted(turn, ts)  # who answers the changed question finds the message
        return False

    async def close(self, turn: Turn, ts: str) -> None:
        """Reads nothing of what is kept."""
        place = self._turn(turn)
        if await self.redis.exists(place):
            async with self.redis.pipeline(transaction=True) as pipe:
                pipe.hset(place, "answered", "put aside")
                pipe.expire(place, self.retention)
                self._stands(pipe, turn, ts)
                await pipe.execute()

    async def put_aside(self, team: str, reply_id: str) -> None:
        await leave(self.redis, team, reply_id)

    async def dropped(self, turn: Turn) -> None:
        place = self._turn(turn)
        await self._write(
            turn, lambda pipe: pipe.hset(place, "answered", "dropped"), revision=turn.revision
        )

    async def reply(self, team: str, reply_id: str) -> Reply | None:
        place = key(team, "turn", turn_id_of(reply_id))
        for found in await self.redis.hmget(place, ["reply", f"reply {reply_id}"]):
            if found is not None and (reply := unpacked(found)).reply_id == reply_id:
                return reply
        return None

    async def reply_at(self, team: str, channel: str, ts: str) -> Reply | None:
        turn_id = await self.redis.get(key(team, "posted", channel, ts))
        if turn_id is None:
            return None
        found = await self.redis.hget(key(team, "turn", text(turn_id)), "reply")
        return None if found is None else unpacked(found)


def _state(found: Mapping[str, str], turn: Turn) -> TurnState:
    """From a turn's hash."""
    reply = found.get("reply")
    past = [turn.model_copy(update={"revision": n}).reply_id for n in range(turn.revision)]
    before = [kept for each in reversed(past) if (kept := found.get(f"reply {each}"))]
    return TurnState(
        started="started" in found,
        posted_ts=found.get("posted_ts"),
        reply=None if reply is None else unpacked(reply),
        answered="answered" in found,
        notes=NOTES.validate_json(found.get("notes") or "[]"),
        first="first" in found,
        replaced=unpacked(before[0]) if before else None,
    )


def _ended(turn: Turn, known: str | None, stopped: str | None) -> bool:
    if known is None or stopped == str(turn.revision):
        return True
    try:
        return Turn.model_validate_json(known).revision > turn.revision
    except ValueError:  # what else is written is looked at all the same
        log.exception("turn_unreadable", turn=turn.turn_id)
        return False
