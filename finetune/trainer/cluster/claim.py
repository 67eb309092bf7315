"""Which process may train a job on a cluster: two small files in its folder, and all others end.

`attempt` is the server's: the attempt that may train, or nobody when the job is stopped. `worker` is
the training process's own. Ray starts a training again when its node is lost; should the node only
have been cut off, two would train the same job, and the older one learns here that it must not.
"""

import os
import secrets
import threading
import time

from finetune.trainer.jobs.order import folder_of
from finetune.trainer.stores.storage import Storage

SUPERSEDED = 76  # exit code of a training that is not wanted any more
_NOBODY = "nobody"
_LOOK = 1.0  # seconds between two looks
_GONE = 2.5 * _LOOK  # after which a predecessor that reaches the storage has looked and ended


def allow(storage: Storage, job_id: str, attempt: str) -> None:
    """Only this attempt may train the job from now on."""
    storage.write(_attempt(job_id), attempt.encode())


def revoke(storage: Storage, job_id: str) -> None:
    """Nobody may train the job until an attempt is allowed again."""
    allow(storage, job_id, _NOBODY)


def may_train(storage: Storage, job_id: str) -> bool:
    """Whether some attempt is allowed."""
    try:
        return storage.read(_attempt(job_id)) != _NOBODY.encode()
    except FileNotFoundError:
        return False


class Superseded(Exception):
    """Raised to a process of an attempt that may not train any more."""


class Claim:
    """The claim of one process to train for an attempt; made by writing, so the latest one holds.

    Raises Superseded.
    """

    def __init__(self, storage: Storage, job_id: str, attempt: str) -> None:
        self._storage = storage
        if storage.read(_attempt(job_id)) != attempt.encode():
            raise Superseded(f"{attempt} may not train any more")
        self._has_predecessor = storage.exists(_worker(job_id))
        mine = secrets.token_hex(8)
        storage.write(_worker(job_id), mine.encode())
        self._wanted = {_attempt(job_id): attempt.encode(), _worker(job_id): mine.encode()}

    def holds(self) -> bool:
        """Whether it is still ours; a storage that cannot be read now takes nothing away."""
        try:
            return all(self._storage.read(name) == text for name, text in self._wanted.items())
        except FileNotFoundError:
            return False
        except OSError:
            return True

    def end_when_lost(self) -> None:
        """From now on the process ends at once when the claim is lost.

        Returns when a predecessor has seen that it lost: two would number their reports alike.
        """

        def watch() -> None:
            while self.holds():
                time.sleep(_LOOK)
            os._exit(SUPERSEDED)

        threading.Thread(target=watch, name="end-when-superseded", daemon=True).start()
        if self._has_predecessor:
            time.sleep(_GONE)


def _attempt(job_id: str) -> str:
    return f"{folder_of(job_id)}/attempt"


def _worker(job_id: str) -> str:
    return f"{folder_of(job_id)}/worker"
