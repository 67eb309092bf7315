"""Turns, their replies and threads in Redis.

Written by the Slack listeners (through the ports) before a delivery is acknowledged, and by the
durable tasks. Turns expire after the retention time; a vote keeps the reply it is about for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import WatchError

from bot.adapters.redis.keys import key, text
from bot.domain.conversation import Reply, Said, Turn, TurnState, turn_id_of

_SAID = TypeAdapter(tuple[Said, ...])
PATIENCE = 900  # seconds that a turn waits for an earlier one of its thread


@dataclass(frozen=True)
class RedisTurns:
    """`Turns`: one hash per turn, one sorted set of turn ids per thread."""

    redis: Redis
    retention: int  # seconds

    async def accept(self, turn: Turn) -> bool:
        place = self._turn(turn)
        known, answered = await self.redis.hmget(place, ["turn", "answered"])
        if known is not None:
            return answered is None  # and no word of its expiry: a vote may have ended that
        thread = key(turn.team, "thread", turn.thread_id)
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hset(place, "turn", turn.model_dump_json())
            pipe.expire(place, self.retention)
            pipe.sadd(self._of(turn.team, turn.user), turn.turn_id)
            # Score 0 for all: members sort by their text, which for ts is their time.
            pipe.zadd(thread, {turn.turn_id: 0})
            pipe.expire(thread, self.retention)
            await pipe.execute()
        return True

    async def knows_thread(self, team: str, channel: str, thread_ts: str) -> bool:
        return bool(await self.redis.exists(key(team, "thread", f"{channel}:{thread_ts}")))

    async def get(self, team: str, turn_id: str) -> Turn | None:
        found = await self.redis.hget(key(team, "turn", turn_id), "turn")
        return None if found is None else Turn.model_validate_json(found)

    async def state(self, turn: Turn) -> TurnState:
        found = await self.redis.hgetall(self._turn(turn))
        reply = found.get("reply")
        return TurnState(
            started="started" in found,
            posted_ts=found.get("posted_ts"),
            reply=None if reply is None else Reply.model_validate_json(reply),
            answered="answered" in found,
        )

    async def start(self, turn: Turn) -> None:
        await self.redis.hset(self._turn(turn), "started", "1")

    async def posted(self, turn: Turn, ts: str) -> None:
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hset(self._turn(turn), "posted_ts", ts)
            self._point(pipe, turn, ts)
            await pipe.execute()

    async def save_reply(self, turn: Turn, reply: Reply) -> None:
        await self.redis.hset(self._turn(turn), "reply", reply.model_dump_json())

    async def revise(self, turn: Turn) -> None:
        place = self._turn(turn)
        async with self.redis.pipeline(transaction=True) as pipe:
            while True:
                try:
                    await pipe.watch(place)
                    known, reply = await pipe.hmget(place, ["turn", "reply"])
                    if known is None or Turn.model_validate_json(known).revision >= turn.revision:
                        return
                    pipe.multi()  # type: ignore[no-untyped-call]
                    if reply is not None:
                        pipe.hset(
                            place, f"reply {Reply.model_validate_json(reply).reply_id}", reply
                        )
                    pipe.hset(place, "turn", turn.model_dump_json())
                    pipe.hdel(place, "reply", "answered", "stopped")
                    await pipe.execute()
                except WatchError:
                    continue
                else:
                    return

    async def stop(self, turn: Turn) -> None:
        await self.redis.hset(self._turn(turn), "stopped", str(turn.revision))

    async def stopped(self, turn: Turn) -> bool:
        told = await self.redis.hmget(self._turn(turn), ["turn", "stopped"])
        known, revision = told
        if known is None or revision == str(turn.revision):
            return True
        return Turn.model_validate_json(known).revision > turn.revision

    async def forget(self, team: str, turn_id: str) -> None:
        turn = await self.get(team, turn_id)
        if turn is None:
            return
        posted = await self.redis.hget(self._turn(turn), "posted_ts")
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.delete(self._turn(turn))
            pipe.zrem(key(team, "thread", turn.thread_id), turn_id)
            pipe.srem(self._of(team, turn.user), turn_id)
            if posted is not None:
                pipe.delete(key(team, "posted", turn.channel, text(posted)))
            await pipe.execute()

    async def of_user(self, team: str, user: str) -> list[str]:
        """Ids of those that have expired are dropped on the way."""
        place = self._of(team, user)
        known = [text(turn_id) for turn_id in await self.redis.smembers(place)]
        there = [t for t in known if await self.redis.exists(key(team, "turn", t))]
        if gone := set(known) - set(there):
            await self.redis.srem(place, *gone)
        return sorted(there)

    async def turn_at(self, team: str, channel: str, ts: str) -> Turn | None:
        turn_id = await self.redis.get(key(team, "posted", channel, ts))
        return None if turn_id is None else await self.get(team, text(turn_id))

    async def answered(self, turn: Turn, ts: str) -> None:
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hset(self._turn(turn), mapping={"posted_ts": ts, "answered": "1"})
            self._point(pipe, turn, ts)
            await pipe.execute()

    async def dropped(self, turn: Turn) -> None:
        await self.redis.hset(self._turn(turn), "answered", "dropped")

    async def waits(self, turn: Turn) -> bool:
        recent = f"{turn.channel}:{float(turn.ts) - PATIENCE:.6f}"
        ids = [turn_id for turn_id in await self._before(turn) if turn_id > recent]
        async with self.redis.pipeline(transaction=False) as pipe:
            for turn_id in ids:
                pipe.hmget(key(turn.team, "turn", turn_id), ["turn", "answered"])
            rows = await pipe.execute()
        return any(said is not None and answered is None for said, answered in rows)

    async def history(self, turn: Turn) -> list[tuple[Turn, Reply | None]]:
        ids = await self._before(turn)
        async with self.redis.pipeline(transaction=False) as pipe:
            for turn_id in ids:
                pipe.hmget(key(turn.team, "turn", turn_id), ["turn", "reply"])
            rows = await pipe.execute()
        return [
            (Turn.model_validate_json(said), Reply.model_validate_json(reply) if reply else None)
            for said, reply in rows
            if said is not None
        ]

    async def _before(self, turn: Turn) -> list[str]:
        """Ids of the earlier turns of the thread, oldest first."""
        thread = key(turn.team, "thread", turn.thread_id)
        known = [text(turn_id) for turn_id in await self.redis.zrange(thread, 0, -1)]
        return [turn_id for turn_id in known if turn_id < turn.turn_id]

    async def earlier(self, turn: Turn) -> list[Said] | None:
        found = await self.redis.get(key(turn.team, "earlier", turn.thread_id))
        return None if found is None else list(_SAID.validate_json(found))

    async def save_earlier(self, turn: Turn, said: Sequence[Said]) -> None:
        place = key(turn.team, "earlier", turn.thread_id)
        await self.redis.set(
            place, _SAID.dump_json(tuple(said)).decode(), nx=True, ex=self.retention
        )

    async def reply(self, team: str, reply_id: str) -> Reply | None:
        place = key(team, "turn", turn_id_of(reply_id))
        for found in await self.redis.hmget(place, ["reply", f"reply {reply_id}"]):
            if (
                found is not None
                and (reply := Reply.model_validate_json(found)).reply_id == reply_id
            ):
                return reply
        return None

    async def reply_at(self, team: str, channel: str, ts: str) -> Reply | None:
        turn_id = await self.redis.get(key(team, "posted", channel, ts))
        if turn_id is None:
            return None
        found = await self.redis.hget(key(team, "turn", text(turn_id)), "reply")
        return None if found is None else Reply.model_validate_json(found)

    def _of(self, team: str, user: str) -> str:
        """The set of a user's turns; its members outlive them until somebody looks."""
        return key(team, "turns-of", user)

    def _turn(self, turn: Turn) -> str:
        return key(turn.team, "turn", turn.turn_id)

    def _point(self, pipe: Pipeline, turn: Turn, ts: str) -> None:
        """From the message that shows a reply back to its turn."""
        pipe.set(key(turn.team, "posted", turn.channel, ts), turn.turn_id, ex=self.retention)
