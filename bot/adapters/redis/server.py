"""What the bot needs of the Redis server itself: that it loses nothing."""

from dataclasses import dataclass

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.domain.load import MemoryState


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

    async def memory(self) -> MemoryState:
        """Raises the driver's errors."""
        said = await self.redis.info("memory")
        return MemoryState(int(said["used_memory"]), int(said.get("maxmemory", 0)))
