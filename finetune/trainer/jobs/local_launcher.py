"""Trainings as child processes of the server: at most one in each slot, each slot a GPU of its own.

A child ends with the server, however that ends: its standard input is a pipe that closes then.
"""

import asyncio
import contextlib
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable, Sequence

from finetune.trainer.home import Home
from finetune.trainer.settings import child_environment


class LocalTraining:
    """One child process. Waiting for it in vain, because the server stops, ends it too."""

    def __init__(self, process: Process) -> None:
        self._process = process

    async def wait(self) -> int:
        """See `launching.Training`; minus a signal's number when that ended it."""
        try:
            return await self._process.wait()
        finally:
            await self.stop()

    async def stop(self) -> None:
        """SIGKILL for it and whatever it started: a checkpoint is whole or not there."""
        if self._process.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        await self._process.wait()


class LocalLauncher:
    """Starts `training_child.py` here."""

    def __init__(self, storage_url: str, home: Home, gpus: Sequence[str] = ()) -> None:
        self._storage_url = storage_url
        self._home = home
        self._gpus = gpus

    def stop_unless(self, is_wanted: Callable[[str], bool]) -> None:
        """Nothing to stop: a child process ends with its server."""

    async def start(self, job_id: str, slot: int) -> LocalTraining:
        """See `launching.Launcher`. A predecessor that still runs is waited for by the child."""
        folder = self._home.job(job_id)
        folder.mkdir(parents=True, exist_ok=True)
        device = self._gpus[slot % len(self._gpus)] if self._gpus else None
        with (folder / "training.log").open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "finetune.trainer.jobs.training_child"),
                *(self._storage_url, str(self._home.cache), job_id),
                stdin=PIPE,
                stdout=output,
                stderr=output,
                env=child_environment(device),
                start_new_session=True,  # so that Ctrl-C is the server's alone
            )
        return LocalTraining(process)
