"""One job from its start to its end: training, setbacks and all. Made by `runner.py`.

The training's reports become the job's events here, and its end the job's end. Every step of it may
be done again after a kill of the server.
"""

import asyncio
import contextlib
import sqlite3
import threading
import time
from dataclasses import dataclass

from finetune.trainer.errors import NotFoundHere
from finetune.trainer.jobs.ending import Failed, read_end
from finetune.trainer.jobs.finishing import Finishing
from finetune.trainer.jobs.journal import Journal
from finetune.trainer.jobs.launching import Launcher, NotStarted, Training
from finetune.trainer.jobs.order import Order, folder_of
from finetune.trainer.jobs.pace import Pace
from finetune.trainer.jobs.reports import Inbox
from finetune.trainer.jobs.setback_log import log_setback
from finetune.trainer.jobs.setbacks import Setbacks
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.job_store import Job, JobStore
from finetune.trainer.stores.model_store import ModelStore
from finetune.trainer.stores.storage import Storage
from finetune.trainer.wire.job_request import hyperparameters_of, lora_of, method_of

_LOOK = 0.25  # seconds between two looks at the reports
_OUTSIDE = (OSError, sqlite3.OperationalError)  # what may be mended without us
_HELD = 1.0  # seconds between two looks at the status, besides being told of a change


@dataclass(frozen=True)
class Workshop:
    """What jobs are run with. `stall` seconds without a report end a process; 0: never.

    `patience`: seconds that a full disk, or a storage out of reach, is waited for.
    """

    database: Database
    storage: Storage
    jobs: JobStore
    models: ModelStore
    finishing: Finishing
    launcher: Launcher
    engine: str
    stall: float = 3600.0
    patience: float = 600.0


class JobRun:
    """One job that is `running`, in one slot."""

    def __init__(self, job: Job, shop: Workshop) -> None:
        self._job = job
        self._shop = shop
        self._inbox = Inbox(shop.storage, job.job_id)
        self._journal = Journal(shop.jobs, job.job_id)
        self._setbacks = Setbacks(shop.jobs, job, shop.patience)
        self._pace = Pace()
        self._changed = asyncio.Event()
        self._reading = threading.Lock()
        self._heard_at: float | None = None

    def look(self) -> None:
        """The job may have been paused or cancelled."""
        self._changed.set()

    async def go(self, slot: int) -> None:
        """Until the job has ended or is held back."""
        while await self._round(slot):
            pass

    async def _round(self, slot: int) -> bool:
        """One try; False when there is no other."""
        try:
            self._begin()
            if not self._is_running():
                return False
            verdict = await self._try(slot)
            if isinstance(verdict, Failed):
                self._shop.finishing.fail(self._job, verdict)
                return False
        except _OUTSIDE as error:
            log_setback("job_waits", self._job.job_id, error=str(error))
            verdict = self._wait_for_room()
        await self._rest(verdict)
        return True

    def _begin(self) -> None:
        with self._shop.database.transaction():
            if self._shop.jobs.move(self._job.job_id, "running", since="queued"):
                self._shop.jobs.note(self._job.job_id, "Fine-tuning job started", mark="started")

    def _wait_for_room(self) -> float:
        """Seconds; the disk may be so full that not even this can be kept."""
        try:
            verdict = self._setbacks.no_room()
            if isinstance(verdict, Failed):
                self._shop.finishing.fail(self._job, verdict)
                return 0.0
        except _OUTSIDE as error:
            log_setback("job_waits_untold", self._job.job_id, error=str(error))
            return _HELD
        return verdict

    async def _try(self, slot: int) -> Failed | float:
        """One process; seconds to wait before the next, if the job is still running then."""
        if await self._finish():
            return 0.0
        if refused := await asyncio.to_thread(self._order):
            return refused
        try:
            training = await self._shop.launcher.start(self._job.job_id, slot)
        except NotStarted as error:
            return Failed("server_error", str(error))
        self._heard_at = None
        code = await self._follow(training)
        if await self._finish() or not self._is_running():
            return 0.0
        stalled = self._is_stalled()
        log_setback("training_ended", self._job.job_id, code=code, stalled=stalled)
        return self._setbacks.judge(code, stalled=stalled)

    def _order(self) -> Failed | None:
        """Write down what is to be done, once: what "auto" became must not change it later."""
        job, shop = self._job, self._shop
        if shop.storage.exists(f"{folder_of(job.job_id)}/order.json"):
            return None
        try:
            base = shop.models.get(job.owner, job.request["model"])
        except NotFoundHere as error:
            return Failed("model_not_found", error.message, "model")
        order_of(job, shop.engine, base.folder).write(shop.storage)
        return None

    async def _follow(self, training: Training) -> int:
        """Read along until the process has ended; end it when the job may not run any more."""
        watching = [
            asyncio.create_task(self._stop_when_held(training)),
            asyncio.create_task(self._read_along(training)),
        ]
        try:
            return await training.wait()
        finally:
            for task in watching:
                task.cancel()
            await asyncio.gather(*watching, return_exceptions=True)

    async def _stop_when_held(self, training: Training) -> None:
        while self._is_running():
            await self._rest(_HELD)
        await training.stop()

    async def _read_along(self, training: Training) -> None:
        while not self._is_stalled():
            try:
                await asyncio.to_thread(self._read)
            except _OUTSIDE as error:  # what was not read is read later
                log_setback("reports_not_read", self._job.job_id, error=str(error))
                await asyncio.sleep(1)
            await asyncio.sleep(_LOOK)
        await training.stop()

    async def _finish(self) -> bool:
        """End the job as its training did; False when that has not ended."""
        await asyncio.to_thread(self._read)
        end = await asyncio.to_thread(read_end, self._shop.storage, self._job.job_id)
        if end is None or not self._is_running():
            return end is not None
        if isinstance(end, Failed):
            self._shop.finishing.fail(self._job, end)
        else:
            await self._shop.finishing.adopt(self._job)
            await asyncio.to_thread(self._shop.finishing.succeed, self._job, end)
        return True

    def _read(self) -> None:
        with self._reading:  # a look that was given up may still be at it
            self._read_batches()

    def _read_batches(self) -> None:
        for batch in self._inbox.batches():
            with self._shop.database.transaction():
                for report in batch:
                    self._pace.heed(report)
                    if report.progress is not None:
                        self._journal.write(report.progress, report.at)
                self._shop.jobs.expect(self._job.job_id, self._pace.estimated_finish)
            self._heard_at = time.monotonic()

    def _is_stalled(self) -> bool:
        """Only one that has begun: on a cluster it may wait for its turn."""
        silent = time.monotonic() - self._heard_at if self._heard_at else 0.0
        return 0 < self._shop.stall < silent

    def _is_running(self) -> bool:
        now = self._shop.jobs.get(self._job.job_id)
        return now is not None and now.status == "running"

    async def _rest(self, seconds: float) -> None:
        """Wait, but not longer than until somebody has changed the job."""
        self._changed.clear()
        if self._is_running():
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(seconds):
                    await self._changed.wait()


def order_of(job: Job, engine: str, base: str) -> Order:
    """What a job asks for, as its training is told."""
    return Order(
        job_id=job.job_id,
        engine=engine,
        base=base,
        seed=int(job.request["seed"]) % 2**31,
        method=method_of(job),
        hyperparameters=hyperparameters_of(job),
        lora=lora_of(job),
    )
