"""One embedded Valkey per DATA_DIR: started by the first, adopted after a kill, stopped by the last."""

import asyncio
import os
import signal
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import psutil
import pytest
from redis.asyncio import Redis

from finetune import InputError, Settings
from finetune.bootstrap import database

pytestmark = pytest.mark.anyio

HOLD = """
import asyncio, pathlib, sys
from finetune import Settings
from finetune.bootstrap import database

async def main():
    settings = Settings(redis_url=None, data_dir=pathlib.Path(sys.argv[1]))
    async with database(settings) as url:
        print(url, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(redis_url=None, data_dir=tmp_path / "data")


@pytest.fixture
async def owner(settings: Settings) -> AsyncIterator[asyncio.subprocess.Process]:
    """Another process that has started the database."""
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        HOLD,
        str(settings.data_dir),
        stdout=asyncio.subprocess.PIPE,
    )
    assert process.stdout is not None
    assert (await process.stdout.readline()).startswith(b"unix://")
    yield process
    if process.returncode is None:
        process.kill()
        await process.wait()


async def pid(url: str) -> int:
    async with Redis.from_url(url) as client:
        return int((await client.info("server"))["process_id"])


def runs(process_id: int) -> bool:
    """Whether it is alive, and no zombie."""
    try:
        return psutil.Process(process_id).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


async def gone(process_id: int) -> None:
    while runs(process_id):
        await asyncio.sleep(0.02)


async def test_what_was_written_is_there_next_time(settings: Settings) -> None:
    async with database(settings) as url, Redis.from_url(url) as client:
        await client.set("key", "kept")
        first = await pid(url)
    await gone(first)
    async with database(settings) as url, Redis.from_url(url) as client:
        assert await client.get("key") == b"kept"
        config = await client.config_get("appendonly", "maxmemory-policy", "port")
        assert config == {"appendonly": "yes", "maxmemory-policy": "noeviction", "port": "0"}


async def test_the_server_of_a_killed_owner_is_adopted_and_stopped_by_the_next(
    settings: Settings, owner: asyncio.subprocess.Process
) -> None:
    async with database(settings) as url:
        left_behind = await pid(url)
    async with Redis.from_url(url) as client:
        await client.set("key", "kept")  # the owner still holds it
    owner.send_signal(signal.SIGKILL)
    await owner.wait()
    assert runs(left_behind)
    async with database(settings) as url, Redis.from_url(url) as client:
        assert await pid(url) == left_behind
        assert await client.get("key") == b"kept"
    await gone(left_behind)


async def test_ctrl_c_in_the_terminal_does_not_reach_the_server(
    settings: Settings, owner: asyncio.subprocess.Process
) -> None:
    async with database(settings) as url:
        server = await pid(url)
        assert os.getpgid(server) not in {os.getpgid(owner.pid), os.getpgid(0)}
        owner.send_signal(signal.SIGINT)
        await owner.wait()
        assert await pid(url) == server
    await gone(server)


async def test_who_starts_at_the_same_time_shares_one_server(settings: Settings) -> None:
    arrived = 0
    everybody = asyncio.Event()

    async def user() -> int:
        nonlocal arrived
        async with database(settings) as url:
            found = await pid(url)
            arrived += 1
            if arrived == 4:
                everybody.set()
            await everybody.wait()
        return found

    servers = set(await asyncio.gather(*(user() for _ in range(4))))
    assert len(servers) == 1
    await gone(servers.pop())


async def test_a_deep_folder_works_although_socket_paths_are_short(tmp_path: Path) -> None:
    deep = Settings(redis_url=None, data_dir=tmp_path / ("deep" * 40))
    async with database(deep) as url, Redis.from_url(url) as client:
        assert await client.ping()
        assert len(url.removeprefix("unix://")) < 100
        server = await pid(url)
    await gone(server)
    Path(url.removeprefix("unix://")).parent.rmdir()


async def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"^cannot keep data in .*/file: Not a directory$"):
        async with database(Settings(redis_url=None, data_dir=tmp_path / "file")):
            pass
