"""Votes and corrections in Redis, and which of Slack's deliveries were taken over already."""

from dataclasses import dataclass

from redis.asyncio import Redis

from bot.adapters.redis.keys import EVENT_MEMORY, key, text
from bot.domain.conversation import turn_id_of
from bot.domain.feedback import Feedback


@dataclass(frozen=True)
class RedisVerdicts:
    """`Verdicts`: one hash per reply, one field per user."""

    redis: Redis

    async def put(self, team: str, feedback: Feedback) -> None:
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hset(
                key(team, "verdicts", feedback.reply_id),
                feedback.user,
                feedback.model_dump_json(),
            )
            pipe.persist(key(team, "turn", turn_id_of(feedback.reply_id)))
            await pipe.execute()

    async def take_back(self, team: str, reply_id: str, user: str, at: float) -> None:
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hdel(key(team, "verdicts", reply_id), user)
            pipe.set(key(team, "taken-back", reply_id, user), at, ex=EVENT_MEMORY)
            await pipe.execute()

    async def taken_back(self, team: str, reply_id: str, user: str) -> float:
        found = await self.redis.get(key(team, "taken-back", reply_id, user))
        return 0.0 if found is None else float(found)

    async def forget(self, team: str, reply_id: str) -> None:
        await self.redis.delete(key(team, "verdicts", reply_id))

    async def of_user(self, team: str, user: str) -> list[Feedback]:
        given = []
        async for place in self.redis.scan_iter(match=key(team, "verdicts", "*"), count=1000):
            found = await self.redis.hget(text(place), user)
            if found is not None:
                given.append(Feedback.model_validate_json(found))
        return given

    async def erase(self, team: str, reply_id: str, user: str) -> None:
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hdel(key(team, "verdicts", reply_id), user)
            pipe.delete(key(team, "taken-back", reply_id, user))
            await pipe.execute()

    async def of_reply(self, team: str, reply_id: str) -> list[Feedback]:
        found = await self.redis.hvals(key(team, "verdicts", reply_id))
        return [Feedback.model_validate_json(given) for given in found]


@dataclass(frozen=True)
class RedisDeliveries:
    """Which of Slack's deliveries have been taken over already, for two days."""

    redis: Redis

    async def seen(self, team: str, event_id: str) -> bool:
        return bool(await self.redis.exists(key(team, "event", event_id)))

    async def remember(self, team: str, event_id: str) -> None:
        await self.redis.set(key(team, "event", event_id), "1", ex=EVENT_MEMORY)
