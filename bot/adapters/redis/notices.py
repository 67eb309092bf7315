"""Where the messages about runs stand, and by which schedule the workers go."""

from dataclasses import dataclass

from redis.asyncio import Redis

from bot.adapters.redis.keys import key, text
from bot.domain.notice import Place


@dataclass(frozen=True)
class RedisNotices:
    """Where the message about a run is: the channel first, all the rest once it is posted."""

    redis: Redis

    async def place(self, team: str, run_id: str, channel: str) -> None:
        """Where it shall be, unless that is decided."""
        await self.redis.hsetnx(key(team, "notice", run_id), "channel", channel)

    async def move(self, team: str, run_id: str, channel: str) -> None:
        """It shall be posted elsewhere."""
        async with self.redis.pipeline(transaction=True) as pipe:
            pipe.hset(key(team, "notice", run_id), "channel", channel)
            pipe.hdel(key(team, "notice", run_id), "shown")
            await pipe.execute()

    async def find(self, team: str, run_id: str) -> Place | None:
        """None while nobody has decided where."""
        known = key(team, "notice", run_id)
        channel, shown = await self.redis.hmget(known, ["channel", "shown"])
        if shown is not None:
            return Place.model_validate_json(shown)
        return None if channel is None else Place(channel=text(channel))

    async def posted(self, team: str, run_id: str, place: Place) -> None:
        """It stands there and shows that."""
        await self.redis.hset(key(team, "notice", run_id), "shown", place.model_dump_json())


@dataclass(frozen=True)
class RedisSchedule:
    """The cron expression that all workers of this server go by."""

    redis: Redis

    async def schedule(self) -> str:
        """Empty for none."""
        return text(await self.redis.get("apprentice:schedule") or "")

    async def save_schedule(self, expression: str) -> None:
        """For the next start to compare with."""
        await self.redis.set("apprentice:schedule", expression)
