"""The jobs of one account over the `openai` SDK: what starting, following and results need.

Called by the commands about jobs. A job is created by one request; everything else uses the retries
of the client that it is given, which is none for following: that repeats its requests itself.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import openai

from finetune.adapters.openai.refusals import translated
from finetune.dataset.example import digest
from finetune.errors import NotFound, ProviderUnavailable
from finetune.jobs.job import Checkpoint, Event, EventPage, Job

PAGE = 100
LOOK_SECONDS = 30.0  # for one answer while following: a connection that died in sleep says nothing


class OpenAIJobs:
    """`Watched`, `Started`, `Results` and what people do to jobs and models."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._client = client
        self._jobs = client.fine_tuning.jobs
        self._once = client.with_options(max_retries=0)

    async def job(self, job_id: str) -> Job:
        """As it is now."""
        async with _about(f"job {job_id}"):
            return job_of(await self._jobs.retrieve(job_id, timeout=LOOK_SECONDS))

    async def events(self, job_id: str, after: str | None) -> EventPage:
        """One page."""
        async with _about(f"job {job_id}"):
            page = await self._jobs.list_events(
                job_id, limit=PAGE, after=after or openai.omit, timeout=LOOK_SECONDS
            )
            events = tuple(event_of(event) for event in page.data or ())
            return EventPage(events=events, has_more=bool(page.has_more))

    async def jobs(self) -> AsyncIterator[Job]:
        """Newest first; a provider that ignores the page's cursor gives one page."""
        seen: set[str] = set()
        async with _about("the list of jobs"):
            async for job in self._jobs.list(limit=PAGE):
                if job.id in seen:
                    return
                seen.add(job.id)
                yield job_of(job)

    async def create(self, body: dict[str, Any]) -> Job:
        """Sent once. `body` may hold what the SDK has no name for.

        Our own mark is left out where the provider refuses metadata: the suffix tells as well.
        """
        async with translated():
            try:
                return await self._create(body)
            except openai.APIStatusError as error:
                if not _refuses_metadata(error) or len(body.get("metadata") or ()) != 1:
                    raise
            return await self._create({k: v for k, v in body.items() if k != "metadata"})

    async def _create(self, body: dict[str, Any]) -> Job:
        made = await self._once.fine_tuning.jobs.create(
            model=body["model"], training_file=body["training_file"], extra_body=body
        )
        return job_of(made)

    async def cancel(self, job_id: str) -> Job:
        """The job as it is then; one that has ended is left alone."""
        async with _about(f"job {job_id}"):
            try:
                return job_of(await self._jobs.cancel(job_id))
            except (openai.BadRequestError, openai.ConflictError):
                job = job_of(await self._jobs.retrieve(job_id))
                if not job.ended:
                    raise
                return job

    async def pause(self, job_id: str) -> Job:
        """Hold the job back."""
        async with _about(f"job {job_id}"):
            return job_of(await self._jobs.pause(job_id))

    async def resume(self, job_id: str) -> Job:
        """Let it go on."""
        async with _about(f"job {job_id}"):
            return job_of(await self._jobs.resume(job_id))

    async def checkpoints(self, job_id: str) -> list[Checkpoint]:
        """Newest first."""
        async with _about(f"job {job_id}"):
            listed = self._jobs.checkpoints.list(job_id, limit=PAGE)
            return [_checkpoint(found) async for found in listed]

    async def content(self, file_id: str) -> bytes:
        """The whole file; result files are small."""
        async with _about(f"file {file_id}"):
            return (await self._client.files.content(file_id)).content

    async def delete_model(self, model: str) -> None:
        """For good."""
        async with _about(f"model {model}"):
            await self._client.models.delete(model)


@asynccontextmanager
async def _about(name: str) -> AsyncIterator[None]:
    """NotFound for a 404; an answer that is no provider's (a portal's page) may pass."""
    async with translated():
        try:
            yield
        except openai.NotFoundError as error:
            raise NotFound(f"the provider has no {name}") from error
        except (AttributeError, TypeError, ValueError) as error:
            raise ProviderUnavailable("the answer is not a model provider's") from error
        except openai.APIResponseValidationError as error:
            raise ProviderUnavailable("the answer is not a model provider's") from error


def _refuses_metadata(error: openai.APIStatusError) -> bool:
    return error.status_code in {400, 422} and "metadata" in f"{error.param} {error.message}"


def job_of(job: Any) -> Job:
    """Compatible providers leave fields out, so each is read with care."""
    method = getattr(job, "method", None)
    kind = getattr(method, "type", None)
    settings = getattr(getattr(method, kind, None), "hyperparameters", None) if kind else None
    given = _plain(settings) or _plain(getattr(job, "hyperparameters", None))
    return Job(
        id=job.id,
        status=job.status,
        model=getattr(job, "model", None) or "",
        created_at=int(getattr(job, "created_at", None) or 0),
        finished_at=getattr(job, "finished_at", None),
        estimated_finish=getattr(job, "estimated_finish", None),
        fine_tuned_model=getattr(job, "fine_tuned_model", None),
        training_file=getattr(job, "training_file", None),
        validation_file=getattr(job, "validation_file", None),
        method=kind,
        hyperparameters={name: value for name, value in given.items() if value is not None},
        seed=getattr(job, "seed", None),
        suffix=getattr(job, "user_provided_suffix", None) or getattr(job, "suffix", None),
        metadata=getattr(job, "metadata", None),
        trained_tokens=getattr(job, "trained_tokens", None),
        result_files=tuple(_file_id(file) for file in getattr(job, "result_files", None) or ()),
        error=getattr(getattr(job, "error", None), "message", None) or None,
    )


def event_of(event: Any) -> Event:
    """Some providers give events no id, and data of any shape."""
    data = event.data if isinstance(getattr(event, "data", None), dict) else {}
    created_at = int(getattr(event, "created_at", None) or 0)
    message = str(getattr(event, "message", None) or "")
    return Event(
        id=getattr(event, "id", None) or digest([created_at, message, data]),
        created_at=created_at,
        level=str(getattr(event, "level", None) or "info"),
        message=message,
        data=data,
    )


def _checkpoint(found: Any) -> Checkpoint:
    return Checkpoint(
        id=found.id,
        step_number=int(getattr(found, "step_number", None) or 0),
        model=getattr(found, "fine_tuned_model_checkpoint", None) or "",
        created_at=int(getattr(found, "created_at", None) or 0),
        metrics={
            name: value
            for name, value in _plain(getattr(found, "metrics", None)).items()
            if value is not None
        },
    )


def _plain(value: Any) -> dict[str, Any]:
    if isinstance(value, dict):
        return value
    return value.to_dict() if hasattr(value, "to_dict") else {}


def _file_id(file: Any) -> str:
    """Older jobs list whole file objects."""
    return file if isinstance(file, str) else str(getattr(file, "id", None) or file["id"])
