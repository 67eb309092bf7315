"""Checks waiting jobs and trains them one after the other, each in a process of its own.

Part of the server. All state is in the database: after a restart the runner finds the job that was
running and starts its process again, which goes on from the last checkpoint.
"""

import asyncio
import contextlib
import shutil
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable

import structlog

from finetune.trainer.chat_rows import BadRows, read_chat_rows
from finetune.trainer.home import Home
from finetune.trainer.job_store import Job, JobStore
from finetune.trainer.settings import child_environment
from finetune.trainer.training_child import fail

log = structlog.get_logger(__name__)
_CRASHES = 3  # in a row, before a job is given up


class Runner:
    """One per server; `poke` it from any thread when a job has changed."""

    def __init__(self, jobs: JobStore, home: Home) -> None:
        self._jobs = jobs
        self._home = home
        self._changed = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._training: tuple[str, Process] | None = None

    async def run_forever(self) -> None:
        """Until cancelled; then the process that trains is stopped, its job stays `running`."""
        self._loop = asyncio.get_running_loop()
        async with asyncio.TaskGroup() as tasks:
            train = asyncio.Event()
            tasks.create_task(self._check_forever(train))
            tasks.create_task(self._train_forever(train))

    def poke(self) -> None:
        """Look at the jobs again; stop the process of a job that may not run any more."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._look)

    def _look(self) -> None:
        self._changed.set()
        if self._training is not None:
            job_id, process = self._training
            job = self._jobs.get(job_id)
            if job is None or job.status != "running":
                _stop(process)

    async def _check_forever(self, train: asyncio.Event) -> None:
        while True:
            self._changed.clear()
            while job := self._jobs.first("validating_files"):
                await self._guarded(job, asyncio.to_thread(self._check, job))
            train.set()
            await self._changed.wait()

    async def _train_forever(self, train: asyncio.Event) -> None:
        while True:
            train.clear()
            while job := self._jobs.first("running", "queued"):
                await self._guarded(job, self._train(job))
            await train.wait()

    async def _guarded(self, job: Job, work: Awaitable[None]) -> None:
        """A full disk or a failed fork ends one job, not the runner."""
        try:
            await work
        except Exception as error:
            log.exception("job_failed", job_id=job.job_id)
            await asyncio.sleep(1)  # the next job may well meet the same
            fail(self._jobs, job, "server_error", f"The trainer failed: {error}")

    def _check(self, job: Job) -> None:
        """Read the files as the engine will, so that a bad line is known at once."""
        folder = self._home.job(job.job_id)
        for name in ("training_file", "validation_file"):
            path = folder / ("train.jsonl" if name == "training_file" else "validation.jsonl")
            try:
                if path.exists() or name == "training_file":
                    read_chat_rows(path.read_bytes())
            except BadRows as error:
                return fail(self._jobs, job, f"invalid_{name}", str(error), name)
            except OSError as error:
                return fail(self._jobs, job, f"invalid_{name}", f"Cannot be read: {error}", name)
        if self._jobs.move(job.job_id, "queued", since="validating_files"):
            self._jobs.note(job.job_id, "Files checked; the job is queued", mark="queued")
        return None

    async def _train(self, job: Job) -> None:
        """Start the job's process, as often as it takes, until the job ends or is held back."""
        if self._jobs.move(job.job_id, "running", since="queued"):
            self._jobs.note(job.job_id, "Fine-tuning job started", mark="started")
        for crash in range(1, _CRASHES + 1):
            code = await self._process(job)
            if self._status(job) != "running":
                break
            log.warning("training_process_ended", job_id=job.job_id, code=code, crash=crash)
        else:
            said = f"Its process ended {_CRASHES} times by itself; the trainer's log has more."
            fail(self._jobs, job, "server_error", said)
        if self._status(job) == "cancelled":
            shutil.rmtree(self._home.job(job.job_id) / "checkpoints", ignore_errors=True)

    def _status(self, job: Job) -> str:
        now = self._jobs.get(job.job_id)
        return now.status if now else "cancelled"

    async def _process(self, job: Job) -> int:
        with (self._home.job(job.job_id) / "training.log").open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *(sys.executable, "-m", "finetune.trainer.training_child"),
                *(str(self._home.root.parent), job.job_id),
                stdin=PIPE,
                stdout=output,
                stderr=output,
                env=child_environment(),
            )
        self._training = (job.job_id, process)
        self._look()  # it may have been cancelled while the process was started
        try:
            return await process.wait()
        finally:
            _stop(process)
            self._training = None
            await process.wait()


def _stop(process: Process) -> None:
    with contextlib.suppress(ProcessLookupError):
        process.kill()
