"""What a node of the cluster keeps of the storage while it trains: copies, checkpoints in the making.

Nobody clears a node but the trainings on it, and what counts is in the storage: a checkpoint that
was not published is known to this node alone, and processes that train together must all go on from
the same one.
"""

import getpass
import hashlib
import shutil
import tempfile
from pathlib import Path

from finetune.trainer.cluster.claim import may_train
from finetune.trainer.jobs.ending import read_end
from finetune.trainer.jobs.order import checkpoints_of, folder_of
from finetune.trainer.stores.storage import Storage


def cache_folder(url: str) -> Path:
    """Copies and compiled code of one storage on this node; they may vanish with it."""
    storage = hashlib.sha256(url.encode()).hexdigest()[:8]
    return Path(tempfile.gettempdir()) / f"apprentice-trainer-{getpass.getuser()}-{storage}"


def tidy(storage: Storage, job_id: str) -> None:
    """Drop what this node alone has of the job, and all of jobs that train no more."""
    if storage.is_local:
        return
    _drop_unpublished(storage, job_id)
    for folder in storage.room(folder_of(job_id)).parent.glob("*"):
        other = folder.name
        if other != job_id and (read_end(storage, other) or not may_train(storage, other)):
            shutil.rmtree(folder, ignore_errors=True)


def _drop_unpublished(storage: Storage, job_id: str) -> None:
    published = set(storage.names(checkpoints_of(job_id)))
    for checkpoint in storage.room(checkpoints_of(job_id)).glob("*"):
        if checkpoint.name not in published:
            shutil.rmtree(checkpoint, ignore_errors=True)
