"""`FineTuning` over the `openai` SDK: any provider that speaks its wire format.

Called by the steps of a run. Requests that make something are sent once, without the SDK's own
retries: a retry after a lost answer would make it twice, whereas the step looks for it first.
"""

import time
from collections.abc import Collection
from pathlib import Path
from typing import Any

import openai

from finetune.adapters.openai.refusals import translated
from finetune.dataset.discreet import discreet
from finetune.dataset.example import digest
from finetune.errors import ProviderError, ProviderUnavailable
from finetune.training.backend import FAILED, SUCCEEDED, Job
from finetune.training.method import Method
from finetune.training.run import JobEvent
from finetune.training.spec import TrainingSpec

PAGE = 100
UPLOAD_SECONDS = 600.0
CLOCK_SKEW = 3600.0  # between the provider's clock and ours


class OpenAIFineTuning:
    """Files and jobs of one account."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._client = client
        self._once = client.with_options(max_retries=0)

    @translated()
    async def find_file(self, name: str, size: int) -> str | None:
        """By name and size; an upload that was cut off has another size, or none."""
        async for file in self._client.files.list(purpose="fine-tune", limit=PAGE):
            if (
                file.filename == name
                and file.bytes == size
                and getattr(file, "status", "") != "error"
            ):
                return file.id
        return None

    @translated()
    async def upload(self, name: str, path: Path) -> str:
        """Sent once."""
        content = path.read_bytes()
        file = await self._once.files.create(
            file=(name, content), purpose="fine-tune", timeout=UPLOAD_SECONDS
        )
        return file.id

    @translated()
    async def find_job(self, spec: TrainingSpec) -> Job | None:
        """By metadata, or by suffix where the provider keeps no metadata."""
        async for job in self._client.fine_tuning.jobs.list(limit=PAGE):
            if job.created_at < spec.not_before - CLOCK_SKEW:
                continue
            run_id = (job.metadata or {}).get("run_id")
            suffix = getattr(job, "user_provided_suffix", None)
            if run_id == spec.run_id or (run_id is None and suffix == spec.suffix):
                return _job(job)
        return None

    async def create_job(self, spec: TrainingSpec) -> Job:
        """Sent once. A refusal of training by preference says so: few providers have it."""
        try:
            return await self._create(spec)
        except ProviderUnavailable:
            raise
        except ProviderError as error:
            if spec.method is Method.SUPERVISED:
                raise
            raise ProviderError(
                f"{error} (asked to train {spec.model} by preference, method dpo; where the provider "
                "does not offer it for this model, start the run with method supervised)"
            ) from error

    @translated()
    async def _create(self, spec: TrainingSpec) -> Job:
        job = await self._once.fine_tuning.jobs.create(
            model=spec.model,
            training_file=spec.training_file,
            validation_file=spec.validation_file or openai.omit,
            suffix=spec.suffix,
            method={"type": "dpo", "dpo": {}} if spec.method is Method.DPO else openai.omit,
            metadata={"run_id": spec.run_id},
        )
        return _job(job)

    @translated()
    async def job(self, job_id: str) -> Job:
        """As it is now."""
        return _job(await self._client.fine_tuning.jobs.retrieve(job_id))

    @translated()
    async def events(self, job_id: str, seen: Collection[str]) -> list[JobEvent]:
        """The provider lists the newest first; ours are oldest first."""
        new: list[JobEvent] = []
        async for event in self._client.fine_tuning.jobs.list_events(job_id, limit=PAGE):
            found = _event(event)
            if found.event_id in seen:
                break
            new.append(found)
        return new[::-1]

    @translated()
    async def cancel_job(self, job_id: str) -> None:
        """A refusal is fine when the job has ended meanwhile."""
        try:
            await self._client.fine_tuning.jobs.cancel(job_id)
        except (openai.BadRequestError, openai.ConflictError):
            job = await self._client.fine_tuning.jobs.retrieve(job_id)
            if job.status not in {SUCCEEDED, *FAILED}:
                raise


def _job(job: Any) -> Job:
    """Compatible providers leave fields out, so each is read with care."""
    error = getattr(getattr(job, "error", None), "message", None)
    return Job(
        job_id=job.id,
        status=job.status,
        fine_tuned_model=getattr(job, "fine_tuned_model", None),
        error=None if error is None else discreet(str(error)),
        estimated_finish=getattr(job, "estimated_finish", None),
    )


def _event(event: Any) -> JobEvent:
    data = event.data if isinstance(getattr(event, "data", None), dict) else {}
    created_at = int(getattr(event, "created_at", None) or time.time())
    return JobEvent(
        event_id=getattr(event, "id", None) or digest([created_at, event.message]),
        created_at=created_at,
        level=getattr(event, "level", None) or "info",
        message=event.message,
        data={k: v for k, v in data.items() if v is None or isinstance(v, int | float | str)},
    )
