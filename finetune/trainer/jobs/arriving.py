"""New jobs: their rows are copied first, and only then anybody sees them.

Called by the route that creates jobs. What a server leaves that is killed meanwhile, the next one
removes with `undo_torn` before it listens.
"""

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from finetune.trainer.jobs.order import folder_of
from finetune.trainer.stores.job_store import ARRIVING, Job, JobStore
from finetune.trainer.stores.storage import Storage


def take_in(
    jobs: JobStore, storage: Storage, job: Job, rows: Mapping[str, Iterable[bytes]]
) -> None:
    """Keep a job with its own copy of `rows`, by file name; an error among them keeps nothing."""
    jobs.add(replace(job, status=ARRIVING))
    try:
        for name, content in rows.items():
            storage.write_chunks(f"{folder_of(job.job_id)}/{name}", content)
        jobs.arrive(job)
    except BaseException:
        _undo(jobs, storage, job)
        raise


def undo_torn(jobs: JobStore, storage: Storage) -> None:
    """Remove the jobs that were not taken in whole."""
    for job in jobs.waiting(ARRIVING):
        with contextlib.suppress(OSError):  # nobody sees it, and the next start tries again
            _undo(jobs, storage, job)


def _undo(jobs: JobStore, storage: Storage, job: Job) -> None:
    storage.remove(folder_of(job.job_id))
    jobs.forget(job.job_id)
