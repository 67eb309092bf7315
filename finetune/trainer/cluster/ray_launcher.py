"""Trainings on a Ray cluster (TRAINER_LAUNCHER=ray): each attempt at a job is one Ray job.

The Ray job's name is made of the job's id and the attempt's number, so starting is "start or take
up again": after a restart the server finds the attempt that still runs. What an attempt says and
makes goes through the storage, which server and cluster share; `ray_training.py` is its other end.
"""

import asyncio
import sys
import time
from collections.abc import Callable

import structlog

from finetune.settings import TrainerSettings
from finetune.trainer.cluster.claim import allow, revoke
from finetune.trainer.cluster.ray_jobs import RayJobs, ray_jobs
from finetune.trainer.jobs.ending import NO_ROOM, read_end
from finetune.trainer.jobs.launching import NotStarted
from finetune.trainer.stores.storage import Storage

log = structlog.get_logger(__name__)
_LOOK = 1.0  # seconds between two looks at a job
_PATIENCE = 600.0  # seconds that the job server may be away, as while its pod moves
_LOST, _ENDED_WITHOUT_WORD = 3, 1


class RayTraining:
    """One attempt on the cluster; it outlives the server."""

    def __init__(self, jobs: RayJobs, storage: Storage, job_id: str, name: str) -> None:
        self._jobs, self._storage = jobs, storage
        self._job_id, self.name = job_id, name

    async def wait(self) -> int:
        """See `launching.Training`. A cancelled wait leaves the attempt running."""
        heard = time.monotonic()
        while time.monotonic() - heard < _PATIENCE:
            try:
                if not await asyncio.to_thread(self._jobs.is_running, self.name):
                    return await asyncio.to_thread(self._code)
                heard = time.monotonic()
            except ConnectionError:
                log.warning("ray_does_not_answer", job_id=self._job_id)
            await asyncio.sleep(_LOOK)
        return _LOST

    async def stop(self) -> None:
        """See `launching.Training`. Returns when Ray says so, or cannot be asked for long.

        The claim is revoked first: it ends what Ray cannot reach.
        """
        await asyncio.to_thread(revoke, self._storage, self._job_id)
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            try:
                await asyncio.to_thread(self._jobs.stop, self.name)
                if not await asyncio.to_thread(self._jobs.is_running, self.name):
                    return
            except ConnectionError:
                log.warning("ray_does_not_answer", job_id=self._job_id)
            await asyncio.sleep(0.2)

    def _code(self) -> int:
        if read_end(self._storage, self._job_id) is not None:
            return 0
        code = self._jobs.exit_code(self.name)
        said = self._jobs.last_said(self.name)
        log.warning("ray_job_ended", job_id=self._job_id, ray_job=self.name, said=said)
        return NO_ROOM if code == NO_ROOM else _ENDED_WITHOUT_WORD


class RayLauncher:
    """Starts `ray_training.py` on the cluster with `workers` processes for each job."""

    def __init__(self, jobs: RayJobs, storage: Storage, workers: int) -> None:
        self._jobs, self._storage, self._workers = jobs, storage, workers

    async def start(self, job_id: str, slot: int) -> RayTraining:  # noqa: ARG002 - Ray finds the place
        """See `launching.Launcher`. Raises NotStarted after minutes without an answer."""
        deadline = time.monotonic() + _PATIENCE
        while time.monotonic() < deadline:
            try:
                name = await asyncio.to_thread(self._attempt, job_id)
            except ConnectionError:
                log.warning("ray_does_not_answer", job_id=job_id)
                await asyncio.sleep(_LOOK)
            else:
                return RayTraining(self._jobs, self._storage, job_id, name)
        raise NotStarted(
            f"The Ray cluster's job server has not answered for {_PATIENCE / 60:.0f} minutes. See that "
            "it runs at the trainer's RAY_ADDRESS and create the job again."
        )

    def stop_unless(self, is_wanted: Callable[[str], bool]) -> None:
        """Stop attempts at jobs that may not run any more: a server was killed before it could.

        `is_wanted` is asked for job ids, also for those of other trainers on the cluster.
        """
        for name in self._jobs.running():
            job_id, _, number = name.rpartition("-")
            if number.isdecimal() and not is_wanted(job_id):
                revoke(self._storage, job_id)
                self._jobs.stop(name)

    def _attempt(self, job_id: str) -> str:
        """The attempt that runs or has ended the job; otherwise the next one, submitted."""
        number, before = 1, None
        while (status := self._jobs.status(f"{job_id}-{number}")) is not None:
            number, before = number + 1, status
        if before in {"PENDING", "RUNNING"} or self._has_ended(job_id):
            return f"{job_id}-{max(number - 1, 1)}"
        name = f"{job_id}-{number}"
        command = ("python", "-m", "finetune.trainer.cluster.ray_training")
        arguments = (self._storage.url, job_id, name, str(self._workers))
        allow(self._storage, job_id, name)
        # How long Ray leaves a stopped job's driver to end by itself.
        self._jobs.submit(name, (*command, *arguments), {"RAY_JOB_STOP_WAIT_TIME_S": "1"})
        return name

    def _has_ended(self, job_id: str) -> bool:
        return read_end(self._storage, job_id) is not None


def ray_launcher(settings: TrainerSettings, storage: Storage) -> RayLauncher:
    """The launcher for RAY_ADDRESS. Raises InputError when nothing answers there."""
    launcher = RayLauncher(ray_jobs(settings.ray_address), storage, settings.trainer_ray_workers)
    if storage.is_local:
        sys.stderr.write(
            f"TRAINER_LAUNCHER=ray: every node of the cluster must see {storage.url} as this "
            "machine does (a shared file system); otherwise set TRAINER_STORAGE=s3://bucket/trainer\n"
        )
    return launcher
