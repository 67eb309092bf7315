"""Which workspaces installed the app: no record is ever unlisted, wherever a process dies."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from typing import Any

import pytest
from cryptography.fernet import Fernet
from redis.asyncio import Redis

from bot.adapters.cipher import Cipher
from bot.adapters.redis import RedisInstallations
from bot.slack.installation import Installations

pytestmark = pytest.mark.anyio
TEAM = "T0HILL0001"


@pytest.fixture
async def redis(redis_url: str) -> AsyncIterator[Redis]:
    async with Redis.from_url(redis_url, decode_responses=True) as client:
        yield client


class Died(Exception):
    """The process, that is."""


def dying(redis: Redis, monkeypatch: pytest.MonkeyPatch, *, after: int) -> None:
    """It does so many commands more."""
    done, real = 0, redis.execute_command

    async def counted(*args: Any, **options: Any) -> Any:
        nonlocal done
        done += 1
        if done > after:
            raise Died
        return await real(*args, **options)

    monkeypatch.setattr(redis, "execute_command", counted)


async def unlisted(records: RedisInstallations) -> bool:
    """Whether there is a record that nobody would look at."""
    return await records.find(TEAM) is not None and TEAM not in await records.owners()


Change = Callable[[RedisInstallations], Awaitable[None]]
CHANGES: list[Change] = [lambda kept: kept.save(TEAM, "new"), lambda kept: kept.forget(TEAM)]


@pytest.mark.parametrize("change", CHANGES, ids=["save", "forget"])
@pytest.mark.parametrize("after", range(3))
@pytest.mark.parametrize("known", [True, False])
async def test_who_dies_in_between_leaves_no_record_unlisted(
    redis: Redis, monkeypatch: pytest.MonkeyPatch, change: Change, after: int, known: bool
) -> None:
    records = RedisInstallations(redis)
    if known:
        await records.save(TEAM, "old")
    with monkeypatch.context() as patched:
        dying(redis, patched, after=after)
        with suppress(Died):
            await change(records)
    assert not await unlisted(records)
    await change(records)
    assert (await records.find(TEAM) is None) == (TEAM not in await records.owners())


async def test_one_that_installs_while_it_is_forgotten_stays_listed(
    redis: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = RedisInstallations(redis)
    await records.save(TEAM, "old")
    real = redis.srem

    async def late(*args: Any) -> Any:
        await records.save(TEAM, "new")
        return await real(*args)

    monkeypatch.setattr(redis, "srem", late)
    await records.forget(TEAM)
    assert await records.find(TEAM) == "new"
    assert not await unlisted(records)


async def test_one_that_is_listed_without_a_record_stands_in_nobodys_way(redis: Redis) -> None:
    await redis.sadd("apprentice:installed", TEAM)
    installed = Installations(RedisInstallations(redis), Cipher((Fernet.generate_key().decode(),)))
    await installed.reseal()
    assert not await installed.recorded(TEAM)
    assert await installed.installer(TEAM) == ""
