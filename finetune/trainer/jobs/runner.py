"""Checks waiting jobs and trains them, as many at once as there are slots.

Part of the server. All state is in the database and the storage: after a restart the runner finds
the jobs that were running and takes them up again where they stand.
"""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from functools import partial

from finetune.trainer.jobs.ending import Failed
from finetune.trainer.jobs.job_run import JobRun, Workshop
from finetune.trainer.jobs.order import folder_of
from finetune.trainer.jobs.setback_log import log_defect, log_setback
from finetune.trainer.stores.job_store import Job
from finetune.trainer.wire.chat_rows import BadRows, rows_of
from finetune.trainer.wire.job_request import method_of

_AGAIN = 1.0  # seconds until the next try when the database itself cannot be used
_CLEARED_AGAIN = 60.0  # seconds until the next try when the storage takes nothing away


class Runner:
    """One per server; `poke` it from any thread when a job has changed."""

    def __init__(self, shop: Workshop, slots: int) -> None:
        self._shop = shop
        self._free = list(range(slots))
        self._runs: dict[str, JobRun] = {}
        self._owners: dict[str, str] = {}
        self._unchecked = asyncio.Event()
        self._untrained = asyncio.Event()
        self._uncleared = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def run_forever(self) -> None:
        """Until cancelled; then local trainings are stopped, their jobs stay `running`."""
        self._loop = asyncio.get_running_loop()
        while True:
            try:
                async with asyncio.TaskGroup() as tasks:
                    tasks.create_task(self._clear_forever())
                    tasks.create_task(self._check_forever())
                    tasks.create_task(self._train_forever(tasks))
            except* Exception:  # noqa: BLE001 - the database may be out of reach for a while
                log_defect("jobs_not_looked_at", "")
            await asyncio.sleep(_AGAIN)

    def poke(self) -> None:
        """Look at the jobs again; stop the training of a job that may not run any more."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._look)

    def _look(self) -> None:
        self._unchecked.set()
        self._untrained.set()
        self._uncleared.set()
        for run in self._runs.values():
            run.look()

    async def _clear_forever(self) -> None:
        """Jobs that have ended, also those that an earlier server could not clear."""
        while True:
            self._uncleared.clear()
            again = None
            for job in self._shop.jobs.uncleared():
                if job.job_id in self._runs:
                    continue  # its process may still write
                try:
                    await asyncio.to_thread(self._shop.finishing.clear, job)
                except OSError as error:
                    log_setback("job_not_cleared", job.job_id, error=str(error))
                    again = _CLEARED_AGAIN
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(again):  # wait_for may swallow a cancellation
                    await self._uncleared.wait()

    async def _check_forever(self) -> None:
        while True:
            self._unchecked.clear()
            while waiting := self._shop.jobs.waiting("validating_files"):
                job = waiting[0]
                await self._guarded(job, partial(asyncio.to_thread, self._check, job))
                self._untrained.set()
                self._uncleared.set()
            await self._unchecked.wait()

    async def _train_forever(self, tasks: asyncio.TaskGroup) -> None:
        while True:
            self._untrained.clear()
            while self._free and (job := self._next()):
                slot = self._free.pop(0)
                run = self._runs[job.job_id] = JobRun(job, self._shop)
                self._owners[job.job_id] = job.owner
                tasks.create_task(self._train(job, run, slot))
            await self._untrained.wait()

    def _next(self) -> Job | None:
        """One that was running when the server ended; else the oldest of the owner with least."""
        for job in self._shop.jobs.waiting("running"):
            if job.job_id not in self._runs:
                return job
        training = Counter(self._owners.values())
        queued = [job for job in self._shop.jobs.waiting("queued") if job.job_id not in self._runs]
        return min(queued, key=lambda job: training[job.owner], default=None)

    async def _train(self, job: Job, run: JobRun, slot: int) -> None:
        try:
            await self._guarded(job, lambda: run.go(slot))
        finally:
            del self._runs[job.job_id], self._owners[job.job_id]
            self._free.append(slot)
            self._untrained.set()
            self._uncleared.set()

    async def _guarded(self, job: Job, work: Callable[[], Awaitable[None]]) -> None:
        """A defect ends one job, not the runner; where not even that can be written, try again."""
        failed = Failed("server_error", "The trainer failed at this job; its log has more.")
        try:
            await work()
        except Exception:  # noqa: BLE001 - whatever it is, other jobs go on
            log_defect("job_failed", job.job_id)
        else:
            return None
        while True:
            try:
                return self._shop.finishing.fail(job, failed)
            except Exception:  # noqa: BLE001 - whatever it is, other jobs go on
                log_defect("job_not_failed", job.job_id)
                await asyncio.sleep(_AGAIN)

    def _check(self, job: Job) -> None:
        """Read the files as the engine will, so that a bad line is known at once."""
        method = method_of(job)
        for param, name in (
            ("training_file", "train.jsonl"),
            ("validation_file", "validation.jsonl"),
        ):
            path = f"{folder_of(job.job_id)}/{name}"
            try:
                if param == "training_file" or self._shop.storage.exists(path):
                    for _ in rows_of(self._shop.storage.read(path), method):
                        pass  # all of a large file would take the server's memory
            except BadRows as error:
                failed = Failed(f"invalid_{param}", str(error), param)
                return self._shop.finishing.fail(job, failed)
            except OSError:
                log_defect("rows_not_read", job.job_id)
                failed = Failed(f"invalid_{param}", "The file could not be read.", param)
                return self._shop.finishing.fail(job, failed)
        if self._shop.jobs.move(job.job_id, "queued", since="validating_files"):
            self._shop.jobs.note(job.job_id, "Files checked; the job is queued", mark="queued")
        return None
