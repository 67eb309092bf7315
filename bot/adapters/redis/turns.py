"""Turns, their replies and threads in Redis.

Written by the Slack listeners (through the ports) before a delivery is acknowledged, and by the
durable tasks. Turns expire after the retention time; a vote keeps the reply it is about for good.
"""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass

import structlog
from pydantic import TypeAdapter
from redis.asyncio.client import Pipeline
from redis.exceptions import WatchError

from bot.adapters.redis.keys import key, text
from bot.adapters.redis.order import due, leave
from bot.adapters.redis.packed import packed, unpacked
from bot.adapters.redis.replies import ReplyRecords
from bot.adapters.redis.standing import keep, tally_field, tally_for, tally_of
from bot.adapters.redis.waiting import expect_answer
from bot.domain.conversation import Reply, Said, Turn, TurnState, turn_id_of

log = structlog.get_logger(__name__)
_SAID = TypeAdapter(tuple[Said, ...])
_NOTES = TypeAdapter(tuple[str, ...])
_OF_ONE_REVISION = ("reply", "notes", "first", "begun", "answered", "stopped", "offer")
AT_ONCE = 20  # turns of a thread that are read together


@dataclass(frozen=True)
class RedisTurns(ReplyRecords):
    """`Turns`: one hash per turn, one sorted set of turn ids per thread."""

    async def accept(self, turn: Turn, delivery: str = "") -> bool:
        return await self._accepting.accept(turn, delivery)

    async def knows_thread(self, team: str, channel: str, thread_ts: str, ts: str = "") -> bool:
        """Also when all that was asked there is forgotten: the bot's answers still stand there."""
        thread = f"{channel}:{thread_ts}"
        first = await self.redis.zrange(key(team, "thread", thread), 0, 0) if ts else []
        if first:
            return text(first[0]) <= f"{channel}:{ts}"
        return bool(
            await self.redis.exists(key(team, "joined", thread), key(team, "thread", thread))
        )

    async def state(self, turn: Turn) -> TurnState:
        found = await self.redis.hgetall(self._turn(turn))
        reply = found.get("reply")
        return TurnState(
            started="started" in found,
            posted_ts=found.get("posted_ts"),
            reply=None if reply is None else unpacked(reply),
            answered="answered" in found,
            notes=_NOTES.validate_json(found.get("notes") or "[]"),
            first="first" in found,
        )

    async def start(self, turn: Turn) -> None:
        """`begun` ends with the revision; `started` holds for the message that shows it."""
        place = self._turn(turn)
        await self._write(
            turn, lambda pipe: pipe.hset(place, mapping={"started": "1", "begun": "1"})
        )

    async def posted(self, turn: Turn, ts: str) -> None:
        def write(pipe: Pipeline) -> None:
            pipe.hset(self._turn(turn), "posted_ts", ts)
            self._point(pipe, turn, ts)

        await self._write(turn, write)

    async def save_reply(
        self, turn: Turn, reply: Reply, *, notes: Sequence[str] | None = None, first: bool = False
    ) -> None:
        place, kept = self._turn(turn), packed(reply)

        def write(pipe: Pipeline, known: object) -> None:
            before = tally_of(known)
            after = tally_for(reply, before.votes)
            keep(pipe, turn.team, place, reply.reply_id, before, after)
            pipe.hset(place, "reply", kept)
            if notes is not None:
                pipe.hset(place, "notes", _NOTES.dump_json(tuple(notes)).decode())
            if first:
                pipe.hset(place, "first", "1")

        await self._write_after(turn, tally_field(reply.reply_id), write, turn.revision)
        await self._strip(turn, reply)

    async def replaced(self, turn: Turn) -> Reply | None:
        for revision in reversed(range(turn.revision)):
            past = turn.model_copy(update={"revision": revision}).reply_id
            found = await self.redis.hget(self._turn(turn), f"reply {past}")
            if found is not None:
                return unpacked(found)
        return None

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
        await self.posted(turn, ts)
        place = self._turn(turn)
        return await self._write(
            turn, lambda pipe: pipe.hset(place, "answered", "1"), revision=turn.revision
        )

    async def close(self, turn: Turn, ts: str) -> None:
        """Reads nothing of what is kept."""
        place = self._turn(turn)
        if await self.redis.exists(place):
            async with self.redis.pipeline(transaction=True) as pipe:
                pipe.hset(place, mapping={"answered": "put aside", "posted_ts": ts})
                pipe.expire(place, self.retention)
                self._point(pipe, turn, ts)
                await pipe.execute()

    async def put_aside(self, team: str, reply_id: str) -> None:
        await leave(self.redis, team, reply_id)

    async def dropped(self, turn: Turn) -> None:
        place = self._turn(turn)
        await self._write(
            turn, lambda pipe: pipe.hset(place, "answered", "dropped"), revision=turn.revision
        )

    async def due(self, team: str, turn_id: str, thread_id: str) -> str:
        return await due(self.redis, team, turn_id, thread_id)

    async def history(self, turn: Turn) -> list[tuple[Turn, Reply | None]]:
        return await self._past(turn.team, await self._before(turn))

    async def recent(self, turn: Turn) -> AsyncIterator[list[tuple[Turn, Reply | None]]]:
        ids = await self._before(turn)
        for end in range(len(ids), 0, -AT_ONCE):
            yield await self._past(turn.team, ids[max(end - AT_ONCE, 0) : end])

    async def _past(self, team: str, ids: Sequence[str]) -> list[tuple[Turn, Reply | None]]:
        async with self.redis.pipeline(transaction=False) as pipe:
            for turn_id in ids:
                pipe.hmget(key(team, "turn", turn_id), ["turn", "reply"])
            rows = await pipe.execute()
        pairs = [(said, reply) for said, reply in rows if said is not None]
        return [pair for said, reply in pairs if (pair := _read(said, reply)) is not None]

    async def _before(self, turn: Turn) -> list[str]:
        """Ids of the earlier turns of the thread, oldest first."""
        thread = key(turn.team, "thread", turn.thread_id)
        known = [text(turn_id) for turn_id in await self.redis.zrange(thread, 0, -1)]
        return [turn_id for turn_id in known if turn_id < turn.turn_id]

    async def earlier(self, turn: Turn) -> list[Said] | None:
        found = await self.redis.get(key(turn.team, "earlier", turn.thread_id))
        return None if found is None else list(_SAID.validate_json(found))

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

    async def save_earlier(self, turn: Turn, said: Sequence[Said]) -> None:
        place = key(turn.team, "earlier", turn.thread_id)
        await self.redis.set(
            place, _SAID.dump_json(tuple(said)).decode(), nx=True, ex=self.retention
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


def _ended(turn: Turn, known: str | None, stopped: str | None) -> bool:
    if known is None or stopped == str(turn.revision):
        return True
    try:
        return Turn.model_validate_json(known).revision > turn.revision
    except ValueError:  # what else is written is looked at all the same
        log.exception("turn_unreadable", turn=turn.turn_id)
        return False


def _read(said: str, reply: str | None) -> tuple[Turn, Reply | None] | None:
    """A turn of the past; a record that cannot be read is no reason to answer nobody after it."""
    try:
        kept = unpacked(reply) if reply else None
        return Turn.model_validate_json(said), kept
    except ValueError:
        log.exception("turn_unreadable")
        return None
