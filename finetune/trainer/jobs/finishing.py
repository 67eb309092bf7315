"""Jobs that have ended: the result table, the model's row, the last events, each exactly once.

Called by the runner with what the training said. A server killed at any line does it again, and
what was done before does not change by that.
"""

import asyncio
import time
from dataclasses import asdict

from finetune.trainer.engine import Outcome
from finetune.trainer.jobs.ending import Failed
from finetune.trainer.jobs.journal import result_csv
from finetune.trainer.jobs.order import checkpoints_of, folder_of, model_of
from finetune.trainer.jobs.setback_log import log_defect
from finetune.trainer.serving.port import Serving
from finetune.trainer.stores.database import Database
from finetune.trainer.stores.file_store import RESULTS, FileStore
from finetune.trainer.stores.job_store import Job, JobStore
from finetune.trainer.stores.model_store import ModelStore, StoredModel
from finetune.trainer.stores.storage import Storage

_ADOPTED_WITHIN = 300.0  # seconds; reading an adapter takes a few


class Finishing:
    """What ends jobs. All but `adopt` blocks on the disk."""

    def __init__(
        self,
        database: Database,
        storage: Storage,
        jobs: JobStore,
        files: FileStore,
        models: ModelStore,
        serving: Serving,
    ) -> None:
        self._database = database
        self._storage = storage
        self._jobs = jobs
        self._files = files
        self._models = models
        self._serving = serving

    def succeed(self, job: Job, outcome: Outcome) -> None:
        """The job has its model and its table."""
        content = result_csv(self._jobs.events(job.job_id))
        file_id = f"file-{job.job_id}-results"
        self._files.add(job.owner, "step_metrics.csv", RESULTS, content, file_id)
        with self._database.transaction():
            tokens = outcome.trained_tokens
            if self._jobs.end(job.job_id, "succeeded", trained_tokens=tokens, result_file=file_id):
                self._models.add(job.model_id, job.owner, model_of(job.job_id), job.job_id)
                made = f"New fine-tuned model created: {job.model_id}"
                self._jobs.note(job.job_id, made, mark="model")
                self._jobs.note(job.job_id, "The job has successfully completed", mark="end")

    async def adopt(self, job: Job) -> None:
        """Let the model be served, before anybody is told of it; asking it later tries again."""
        model = StoredModel(
            job.model_id, job.owner, int(time.time()), model_of(job.job_id), job.job_id
        )
        try:
            async with asyncio.timeout(_ADOPTED_WITHIN):
                await self._serving.adopt(model)
        except Exception:  # noqa: BLE001 - the model is there whatever serving says
            log_defect("model_not_adopted", job.job_id)
            said = "The model was made, but serving it could not be prepared; asking it tries again"
            self._jobs.note(job.job_id, said, mark="not-adopted", level="warn")

    def fail(self, job: Job, failed: Failed) -> None:
        """The job has a reason a person can act on."""
        with self._database.transaction():
            if self._jobs.end(job.job_id, "failed", error=asdict(failed)):
                said = f"The job failed: {failed.message}"
                self._jobs.note(job.job_id, said, mark="end", level="error")

    def clear(self, job: Job) -> None:
        """Free what a job that has ended needs no more: a cancelled one all but its events."""
        for name in ("reports", "train.jsonl", "validation.jsonl"):
            self._storage.remove(f"{folder_of(job.job_id)}/{name}")
        if job.status == "cancelled":
            self._storage.remove(checkpoints_of(job.job_id))
            self._storage.remove(model_of(job.job_id))
        self._jobs.cleared(job.job_id)
