"""One demo per folder: a lock on a file in DATA_DIR that the supervisor and its programs hold together.

The programs inherit the open file, so the folder counts as occupied until the last of them is gone,
whatever ended the supervisor; a file lock needs no cleaning up.
"""

import asyncio
import fcntl
import os
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import TextIO

from bot.demo.errors import DemoError

LEFTOVERS_SECONDS = 20.0


@asynccontextmanager
async def occupied(data_dir: Path) -> AsyncIterator[int]:
    """Hold the folder; yields the open file for programs to inherit. Raises DemoError when taken."""
    with _opened(data_dir / "demo.lock") as file:
        await _lock(file.fileno(), data_dir)
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield file.fileno()


def _opened(file: Path) -> TextIO:
    try:
        return file.open("a+")
    except OSError as error:
        raise DemoError(
            f"cannot write {file} ({error.strerror}): remove it, or choose --data-dir"
        ) from None


async def _lock(descriptor: int, data_dir: Path) -> None:
    deadline = time.monotonic() + LEFTOVERS_SECONDS
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.pread(descriptor, 20, 0).decode()
            # Of a killed supervisor only its programs are left, and they are on their way out.
            if _runs(owner) or time.monotonic() > deadline:
                raise DemoError(
                    f"a demo is already running on {data_dir} (process {owner}): "
                    "use its page, stop it, or choose another folder with --data-dir"
                ) from None
            await asyncio.sleep(0.1)
        else:
            return


def _runs(owner: str) -> bool:
    try:
        os.kill(int(owner), 0)
    except (ValueError, ProcessLookupError):
        return False
    except PermissionError:
        return True
    return True
