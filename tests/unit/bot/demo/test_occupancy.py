"""One demo per folder, and what a killed one leaves behind."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.demo.errors import DemoError
from bot.demo.occupancy import occupied

pytestmark = pytest.mark.anyio


async def test_a_second_demo_on_the_same_folder_is_told_which_process_has_it(
    tmp_path: Path,
) -> None:
    async with occupied(tmp_path):
        with pytest.raises(DemoError, match=f"already running on .* \\(process {os.getpid()}\\)"):
            async with occupied(tmp_path):
                pass


async def test_the_folder_is_free_again_afterwards(tmp_path: Path) -> None:
    for _ in range(2):
        async with occupied(tmp_path):
            pass


async def test_a_lock_that_cannot_be_opened_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "demo.lock").mkdir()
    with pytest.raises(DemoError, match=r"demo\.lock \(Is a directory\): remove it"):
        async with occupied(tmp_path):
            pass


async def test_a_start_waits_for_the_programs_of_a_killed_demo(tmp_path: Path) -> None:
    """The lock is inherited: here by a process that ends when its input does."""
    async with occupied(tmp_path) as lock:
        leftover = await asyncio.create_subprocess_exec(
            *(sys.executable, "-c", "input()"), stdin=asyncio.subprocess.PIPE, pass_fds=(lock,)
        )
    gone = await asyncio.create_subprocess_exec(sys.executable, "-c", "")
    await gone.wait()
    (tmp_path / "demo.lock").write_text(str(gone.pid))

    async def start() -> None:
        async with occupied(tmp_path):
            pass

    started = asyncio.create_task(start())
    await asyncio.sleep(0)
    assert not started.done()
    leftover.stdin.write(b"\n")
    await leftover.wait()
    await started
