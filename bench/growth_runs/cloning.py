"""What the stores wrote of one thing, written again for others: as many, as large, and soon.

The keys of the first are read back; for another one its ids take the place of the first's in names
and values. So nothing here knows what the stores write, and no change of theirs is missed.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

PORTION = 500
Given = Mapping[str, str]  # what is of one thing alone, by what it is


class Key(NamedTuple):
    """`kept` is text, a hash as a dict, or the members of a sorted set with their scores."""

    name: str
    kept: Any
    ttl: int


async def kept_of(redis: Redis, own: Given) -> list[Key]:
    """Every key that holds any of these ids; such as hold others' too, with their part alone."""
    found = []
    async for name in redis.scan_iter("apprentice:{*", count=1000):
        kind, ttl = await redis.type(name), await redis.ttl(name)
        if kind == "string":
            kept: Any = await redis.get(name)
        elif kind == "hash":
            kept = await redis.hgetall(name)
        else:
            kept = dict(await redis.zrange(name, 0, -1, withscores=True))
            kept = {each: at for each, at in kept.items() if _about(each, own)}
        if _about(name, own):
            found.append(Key(name, kept, ttl))
    return found


async def clone(
    redis: Redis,
    keys: Sequence[Key],
    first: Given,
    others: Sequence[tuple[Given, Callable[[str, str], str]]],
) -> None:
    """For each of the others; its function may put a value in another's place, by field and value."""
    for begin in range(0, len(others), PORTION):
        async with redis.pipeline(transaction=False) as pipe:
            for own, change in others[begin : begin + PORTION]:
                pairs = [(first[each], own[each]) for each in first]
                for key in keys:
                    _write(pipe, key, pairs, change)
            await pipe.execute()


def _write(
    pipe: Pipeline, key: Key, pairs: list[tuple[str, str]], change: Callable[[str, str], str]
) -> None:
    name = _instead(key.name, pairs)
    match key.kept:
        case str() as value:
            pipe.set(name, _instead(value, pairs))
        case dict() as kept if all(isinstance(each, str) for each in kept.values()):
            fields = {
                _instead(each, pairs): change(each, _instead(value, pairs))
                for each, value in kept.items()
            }
            pipe.hset(name, mapping=fields)
        case kept:
            pipe.zadd(name, {_instead(each, pairs): _score(at, pairs) for each, at in kept.items()})
    if key.ttl > 0:
        pipe.expire(name, key.ttl)


def _instead(value: str, pairs: list[tuple[str, str]]) -> str:
    for old, new in pairs:
        value = value.replace(old, new)
    return value


def _score(at: float, pairs: list[tuple[str, str]]) -> float:
    """A time that is the first's own is the other's, too."""
    return next((float(new) for old, new in pairs if _number(old) == at), at)


def _number(value: str) -> float | None:
    return float(value) if value.replace(".", "", 1).isdigit() else None


def _about(value: str, own: Given) -> bool:
    return any(each in value for each in own.values())
