"""Where trainings run, by the name that TRAINER_LAUNCHER gives it."""

from collections.abc import Sequence

from finetune.settings import TrainerSettings
from finetune.trainer.home import Home
from finetune.trainer.launching import Launcher
from finetune.trainer.local_launcher import LocalLauncher
from finetune.trainer.storage import Storage


def launcher_for(
    settings: TrainerSettings, storage: Storage, home: Home, gpus: Sequence[str]
) -> Launcher:
    """Child processes here, or a Ray cluster. Raises InputError when the cluster is not there."""
    if settings.trainer_launcher == "local":
        return LocalLauncher(storage.url, home, gpus)
    from finetune.trainer.ray_launcher import ray_launcher

    return ray_launcher(settings, storage)
