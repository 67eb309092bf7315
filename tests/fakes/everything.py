"""All that a database holds, as one text: in it a test looks for what should be gone."""

from redis.asyncio import Redis

from bot.adapters.redis.packed import MARK, unpacked


async def everything(redis: Redis, names: str = "*") -> str:
    """Keys and values, those that are packed as they were before; `redis` decodes its answers."""
    found = []
    async for name in redis.scan_iter(names):
        kind = await redis.type(name)
        if kind == "hash":
            fields = await redis.hgetall(name)
            found.append(f"{name}={ {field: _opened(value) for field, value in fields.items()} }")
            continue
        read = {
            "string": redis.get,
            "set": redis.smembers,
            "zset": lambda key: redis.zrange(key, 0, -1),
            "stream": redis.xrange,
        }[kind]
        found.append(f"{name}={await read(name)}")
    return "\n".join(found)


def _opened(value: str) -> str:
    return str(unpacked(value)) if value.startswith(MARK) else value
