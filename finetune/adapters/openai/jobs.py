"""The jobs of one account in OpenAI's wire format: what starting, following and results need.

Called by the commands about jobs. A job is created by one request; everything else uses the retries
of the client that it is given, which is none for following: that repeats its requests itself.
"""

from collections import Counter
from collections.abc import AsyncIterator
from typing import Any

import httpx
import openai

from finetune.adapters.openai.wire import (
    PAGE,
    SECONDS,
    Fields,
    answering,
    fields,
    identified,
    items,
    listed,
    one_page,
    place,
    seconds,
    table,
    text,
    whole,
)
from finetune.dataset.example import digest
from finetune.errors import ProviderError, ProviderUnavailable
from finetune.jobs.job import Checkpoint, Event, Job
from finetune.jobs.paging import Page, fresh
from finetune.jobs.provider import TurnedAway

FILE_SECONDS = 600.0
JOBS = "/fine_tuning/jobs"
STATUSES = {  # as other providers say it
    "canceled": "cancelled", "completed": "succeeded", "complete": "succeeded",
    "success": "succeeded", "error": "failed", "errored": "failed", "expired": "failed",
}  # fmt: skip


class OpenAIJobs:
    """`Watched`, `Started` and what people do to jobs and models.

    `within`: seconds for one answer, to its last byte.
    """

    def __init__(self, client: openai.AsyncOpenAI, within: float = SECONDS) -> None:
        self._client = client
        self._within = within

    async def job(self, job_id: str) -> Job:
        """As it is now."""
        return job_of(await self._get(place(JOBS, job_id), f"job {job_id}"))

    async def events(self, job_id: str, after: str | None) -> Page[Event]:
        """One page."""
        path = place(JOBS, job_id, "events")
        page = await self._get(path, f"job {job_id}, or no events of it", limit=PAGE, after=after)
        return one_page(page, events_of(listed(page)))

    async def jobs(self) -> AsyncIterator[Job]:
        """Newest first."""

        async def ask(after: str | None) -> Page[Job]:
            page = await self._get(JOBS, "list of jobs", limit=PAGE, after=after)
            return one_page(page, [job_of(each) for each in listed(page) if text(each, "id")])

        async for found in fresh(ask):
            for job in found:
                yield job

    async def create(self, body: dict[str, Any]) -> Job:
        """Sent once. `body` may hold what the SDK has no name for.

        Our own mark is left out where the provider refuses metadata: the suffix tells as well.
        Raises TurnedAway when no job can have been made and asking again may help.
        """
        try:
            async with answering("way to train models", self._within):
                try:
                    return await self._create(body)
                except openai.APIStatusError as error:
                    if not _refuses_metadata(error) or len(body.get("metadata") or ()) != 1:
                        raise
                return await self._create({k: v for k, v in body.items() if k != "metadata"})
        except ProviderUnavailable as error:
            if not isinstance(error.__cause__, openai.RateLimitError):
                raise
            raise TurnedAway.by(error) from error

    async def _create(self, body: dict[str, Any]) -> Job:
        once = self._client.with_options(max_retries=0)
        return job_of(fields(await once.post(JOBS, cast_to=httpx.Response, body=body)))

    async def cancel(self, job_id: str) -> Job:
        """The job as it is then; one that has ended is left alone."""
        try:
            return await self._changed(job_id, "cancel")
        except ProviderError:
            job = await self.job(job_id)
            if not job.ended:
                raise
            return job

    async def pause(self, job_id: str) -> Job:
        """Hold the job back."""
        return await self._changed(job_id, "pause")

    async def resume(self, job_id: str) -> Job:
        """Let it go on."""
        return await self._changed(job_id, "resume")

    async def checkpoints(self, job_id: str) -> list[Checkpoint]:
        """Newest first."""
        path = place(JOBS, job_id, "checkpoints")

        async def ask(after: str | None) -> Page[Checkpoint]:
            name = f"job {job_id}, or no checkpoints of it"
            page = await self._get(path, name, limit=PAGE, after=after)
            return one_page(page, [_checkpoint(each) for each in listed(page) if text(each, "id")])

        return [checkpoint async for found in fresh(ask) for checkpoint in found]

    async def content(self, file_id: str) -> bytes:
        """The whole file; result files are small."""
        path = place("/files", file_id, "content")
        async with answering(f"file {file_id}", FILE_SECONDS):
            return (await self._client.get(path, cast_to=httpx.Response)).content

    async def delete_model(self, model: str) -> None:
        """For good."""
        async with answering(f"model {model}", self._within):
            await self._client.delete(place("/models", model), cast_to=httpx.Response)

    async def _get(self, path: str, name: str, **asked: Any) -> Fields:
        params = {key: value for key, value in asked.items() if value is not None}
        async with answering(name, self._within):
            return fields(
                await self._client.get(path, cast_to=httpx.Response, options={"params": params})
            )

    async def _changed(self, job_id: str, change: str) -> Job:
        path = place(JOBS, job_id, change)
        async with answering(f"job {job_id}, or no way to {change} it", self._within):
            return job_of(fields(await self._client.post(path, cast_to=httpx.Response)))


def _refuses_metadata(error: openai.APIStatusError) -> bool:
    return error.status_code in {400, 422} and "metadata" in f"{error.param} {error.message}"


def job_of(job: Fields) -> Job:
    """Raises Unusable without an id."""
    status = (text(job, "status") or "unknown").casefold()
    kind = text(table(job, "method"), "type")
    given = table(table(table(job, "method"), kind or ""), "hyperparameters")
    files = [
        each if isinstance(each, str) else _file_id(each) for each in items(job, "result_files")
    ]
    error = job.get("error")
    return Job(
        id=identified(job, "job"),
        status=STATUSES.get(status, status),
        model=text(job, "model") or "",
        created_at=seconds(job, "created_at") or 0,
        finished_at=seconds(job, "finished_at"),
        estimated_finish=seconds(job, "estimated_finish"),
        fine_tuned_model=text(job, "fine_tuned_model"),
        training_file=text(job, "training_file"),
        validation_file=text(job, "validation_file"),
        method=kind,
        hyperparameters=given or table(job, "hyperparameters"),
        seed=whole(job, "seed"),
        suffix=text(job, "user_provided_suffix") or text(job, "suffix"),
        metadata={key: str(value) for key, value in table(job, "metadata").items()} or None,
        trained_tokens=whole(job, "trained_tokens"),
        result_files=tuple(filter(None, files)),
        error=error if isinstance(error, str) else text(table(job, "error"), "message"),
    )


def events_of(newest_first: list[Fields]) -> list[Event]:
    """Events without an id are told apart by what they say and how often it was said before."""
    said: Counter[str] = Counter()
    events = []
    for event in reversed(newest_first):
        made = _event(event)
        if not made.id:
            key = digest([made.created_at, made.message, made.data])
            said[key] += 1
            made = made.model_copy(update={"id": f"{key}-{said[key]}"})
        events.append(made)
    return events[::-1]


def _event(event: Fields) -> Event:
    return Event(
        id=text(event, "id") or "",
        created_at=seconds(event, "created_at") or 0,
        level=text(event, "level") or "info",
        message=text(event, "message") or "",
        data=table(event, "data"),
    )


def _checkpoint(found: Fields) -> Checkpoint:
    return Checkpoint(
        id=identified(found, "checkpoint"),
        step_number=whole(found, "step_number") or 0,
        model=text(found, "fine_tuned_model_checkpoint") or "",
        created_at=seconds(found, "created_at") or 0,
        metrics=table(found, "metrics"),
    )


def _file_id(file: Any) -> str | None:
    """Older jobs list whole file objects."""
    return text(file, "id") if isinstance(file, dict) else None
