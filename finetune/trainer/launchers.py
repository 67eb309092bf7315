"""Where trainings run, by the name that TRAINER_LAUNCHER gives it."""

import contextlib
from collections.abc import Sequence

from finetune.settings import TrainerSettings
from finetune.trainer.home import Home
from finetune.trainer.job_store import JobStore
from finetune.trainer.launching import Launcher
from finetune.trainer.local_launcher import LocalLauncher
from finetune.trainer.ray_launcher import RayLauncher, ray_launcher
from finetune.trainer.storage import Storage


def launcher_for(
    settings: TrainerSettings, storage: Storage, home: Home, gpus: Sequence[str]
) -> Launcher:
    """Child processes here, or a Ray cluster. Raises InputError when the cluster is not there."""
    if settings.trainer_launcher == "local":
        return LocalLauncher(storage.url, home, gpus)
    return ray_launcher(settings, storage)


def stop_unwanted(launcher: Launcher, jobs: JobStore) -> None:
    """End trainings that outlived a server which had cancelled or paused them and was killed."""
    if not isinstance(launcher, RayLauncher):
        return  # a child process ends with its server

    def is_wanted(job_id: str) -> bool:
        job = jobs.get(job_id)
        return job is None or job.status == "running"  # unknown here: another trainer's

    with contextlib.suppress(ConnectionError):
        launcher.stop_unless(is_wanted)
