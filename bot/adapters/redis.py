"""The bot's stores in Redis: turns, replies, threads, verdicts and run notices.

Written by the Slack listeners (through the ports) before a delivery is acknowledged, and by the
durable tasks. All keys of a workspace share the hash tag `{team}`, so that a cluster keeps them
together. Turns expire after the retention time; a vote keeps the reply it is about for good.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError

from bot.domain.conversation import Reply, Said, Turn, TurnState
from bot.domain.feedback import Feedback
from bot.domain.notice import Place

_SAID = TypeAdapter(tuple[Said, ...])
PATIENCE = 900  # seconds that a turn waits for an earlier one of its thread
EVENT_MEMORY = 24 * 3600 * 2  # seconds; Slack gives up retrying long before


def _text(answer: object) -> str:
    """What Redis answered. The client decodes; the driver's types do not know it."""
    return answer.decode() if isinstance(answer, bytes) else str(answer)


def _key(team: str, *parts: str) -> str:
    return ":".join((f"apprentice:{{{team}}}", *parts))


@dataclass(frozen=True)
class RedisTurns:
    """`Turns`: one hash per turn, one sorted set of turn ids per thread."""

    redis: Redis
    retention: int  # seconds

    async def accept(self, turn: Turn) -> bool:
        key = self._turn(turn)
        known, answered = await self.redis.hmget(key, ["turn", "answered"])
        if known is not None:
            return answered is None  # and no word of its expiry: a vote may have ended that
        thread = _key(turn.team, "thread", turn.thread_id)
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hset(key, "turn", turn.model_dump_json())
            pipe.expire(key, self.retention)
            # Score 0 for all: members sort by their text, which for ts is their time.
            pipe.zadd(thread, {turn.turn_id: 0})
            pipe.expire(thread, self.retention)
            await pipe.execute()
        return True

    async def knows_thread(self, team: str, channel: str, thread_ts: str) -> bool:
        return bool(await self.redis.exists(_key(team, "thread", f"{channel}:{thread_ts}")))

    async def get(self, team: str, turn_id: str) -> Turn | None:
        found = await self.redis.hget(_key(team, "turn", turn_id), "turn")
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
                pipe.hmget(_key(turn.team, "turn", turn_id), ["turn", "answered"])
            rows = await pipe.execute()
        return any(said is not None and answered is None for said, answered in rows)

    async def history(self, turn: Turn) -> list[tuple[Turn, Reply | None]]:
        ids = await self._before(turn)
        async with self.redis.pipeline(transaction=False) as pipe:
            for turn_id in ids:
                pipe.hmget(_key(turn.team, "turn", turn_id), ["turn", "reply"])
            rows = await pipe.execute()
        return [
            (Turn.model_validate_json(said), Reply.model_validate_json(reply) if reply else None)
            for said, reply in rows
            if said is not None
        ]

    async def _before(self, turn: Turn) -> list[str]:
        """Ids of the earlier turns of the thread, oldest first."""
        thread = _key(turn.team, "thread", turn.thread_id)
        known = [_text(turn_id) for turn_id in await self.redis.zrange(thread, 0, -1)]
        return [turn_id for turn_id in known if turn_id < turn.turn_id]

    async def earlier(self, turn: Turn) -> list[Said] | None:
        found = await self.redis.get(_key(turn.team, "earlier", turn.thread_id))
        return None if found is None else list(_SAID.validate_json(found))

    async def save_earlier(self, turn: Turn, said: Sequence[Said]) -> None:
        key = _key(turn.team, "earlier", turn.thread_id)
        await self.redis.set(key, _SAID.dump_json(tuple(said)).decode(), nx=True, ex=self.retention)

    async def reply(self, team: str, reply_id: str) -> Reply | None:
        found = await self.redis.hget(_key(team, "turn", reply_id), "reply")
        return None if found is None else Reply.model_validate_json(found)

    async def reply_at(self, team: str, channel: str, ts: str) -> Reply | None:
        turn_id = await self.redis.get(_key(team, "posted", channel, ts))
        return None if turn_id is None else await self.reply(team, _text(turn_id))

    def _turn(self, turn: Turn) -> str:
        return _key(turn.team, "turn", turn.turn_id)

    def _point(self, pipe: Pipeline, turn: Turn, ts: str) -> None:
        """From the message that shows a reply back to its turn."""
        pipe.set(_key(turn.team, "posted", turn.channel, ts), turn.turn_id, ex=self.retention)


@dataclass(frozen=True)
class RedisVerdicts:
    """`Verdicts`: one hash per reply, one field per user."""

    redis: Redis

    async def put(self, team: str, feedback: Feedback) -> None:
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hset(
                _key(team, "verdicts", feedback.reply_id),
                feedback.user,
                feedback.model_dump_json(),
            )
            pipe.persist(_key(team, "turn", feedback.reply_id))
            await pipe.execute()

    async def take_back(self, team: str, reply_id: str, user: str, at: float) -> None:
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hdel(_key(team, "verdicts", reply_id), user)
            pipe.set(_key(team, "taken-back", reply_id, user), at, ex=EVENT_MEMORY)
            await pipe.execute()

    async def taken_back(self, team: str, reply_id: str, user: str) -> float:
        found = await self.redis.get(_key(team, "taken-back", reply_id, user))
        return 0.0 if found is None else float(found)

    async def of_reply(self, team: str, reply_id: str) -> list[Feedback]:
        found = await self.redis.hvals(_key(team, "verdicts", reply_id))
        return [Feedback.model_validate_json(text) for text in found]


@dataclass(frozen=True)
class RedisDeliveries:
    """Which of Slack's deliveries have been taken over already, for two days."""

    redis: Redis

    async def seen(self, team: str, event_id: str) -> bool:
        return bool(await self.redis.exists(_key(team, "event", event_id)))

    async def remember(self, team: str, event_id: str) -> None:
        await self.redis.set(_key(team, "event", event_id), "1", ex=EVENT_MEMORY)


@dataclass(frozen=True)
class RedisNotices:
    """Where the message about a run is: the channel first, all the rest once it is posted."""

    redis: Redis

    async def place(self, team: str, run_id: str, channel: str) -> None:
        """Where it shall be, unless that is decided."""
        await self.redis.hsetnx(_key(team, "notice", run_id), "channel", channel)

    async def move(self, team: str, run_id: str, channel: str) -> None:
        """It shall be posted elsewhere."""
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hset(_key(team, "notice", run_id), "channel", channel)
            pipe.hdel(_key(team, "notice", run_id), "shown")
            await pipe.execute()

    async def find(self, team: str, run_id: str) -> Place | None:
        """None while nobody has decided where."""
        key = _key(team, "notice", run_id)
        channel, shown = await self.redis.hmget(key, ["channel", "shown"])
        if shown is not None:
            return Place.model_validate_json(shown)
        return None if channel is None else Place(channel=_text(channel))

    async def posted(self, team: str, run_id: str, place: Place) -> None:
        """It stands there and shows that."""
        await self.redis.hset(_key(team, "notice", run_id), "shown", place.model_dump_json())


@dataclass(frozen=True)
class RedisSchedule:
    """The cron expression that all workers of this server go by."""

    redis: Redis

    async def schedule(self) -> str:
        """Empty for none."""
        return _text(await self.redis.get("apprentice:schedule") or "")

    async def save_schedule(self, expression: str) -> None:
        """For the next start to compare with."""
        await self.redis.set("apprentice:schedule", expression)


@dataclass(frozen=True)
class RedisServer:
    """What the bot needs of the server itself."""

    redis: Redis

    async def problems(self) -> list[str]:
        """Why this server could lose data; empty when it could not."""
        try:
            persistence = await self.redis.info("persistence")
            memory = await self.redis.info("memory")
        except RedisError as error:
            return [f"Redis does not answer: {error}"]
        problems = []
        if not int(persistence.get("aof_enabled", 0)):
            problems.append("Redis keeps no append-only file: set `appendonly yes`")
        if memory.get("maxmemory_policy") != "noeviction":
            problems.append("Redis may evict data: set `maxmemory-policy noeviction`")
        return problems
