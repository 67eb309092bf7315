"""Where trainings run, by the name that TRAINER_LAUNCHER gives it."""

import contextlib
from collections.abc import Sequence

from finetune.settings import TrainerSettings
from finetune.trainer.cluster.ray_launcher import ray_launcher
from finetune.trainer.home import Home
from finetune.trainer.jobs.launching import Launcher
from finetune.trainer.jobs.local_launcher import LocalLauncher
from finetune.trainer.stores.job_store import JobStore
from finetune.trainer.stores.storage import Storage

_ON_A_CLUSTER = 8  # jobs; Ray queues what does not fit, each with a small process on its head


def launcher_for(
    settings: TrainerSettings, storage: Storage, home: Home, gpus: Sequence[str]
) -> Launcher:
    """Child processes here, or a Ray cluster. Raises InputError when the cluster is not there."""
    if settings.trainer_launcher == "local":
        return LocalLauncher(storage.url, home, gpus)
    return ray_launcher(settings, storage)


def slots_for(settings: TrainerSettings, gpus: Sequence[str]) -> int:
    """How many jobs are handed to the launcher at once."""
    if settings.trainer_slots == 0 and settings.trainer_launcher == "ray":
        return _ON_A_CLUSTER
    return settings.trainer_slots or len(gpus) or 1


def stop_unwanted(launcher: Launcher, jobs: JobStore) -> None:
    """End trainings that outlived a server which had cancelled or paused them and was killed."""

    def is_wanted(job_id: str) -> bool:
        job = jobs.get(job_id)
        return job is None or job.status == "running"  # unknown here: another trainer's

    with contextlib.suppress(ConnectionError):
        launcher.stop_unless(is_wanted)
