"""The jobs of one account in OpenAI's wire format: what starting, following and results need.

Called by the commands about jobs. A job is created by one request; everything else uses the retries
of the client that it is given, which is none for following: that repeats its requests itself.
"""

from collections.abc import AsyncIterator
from typing import Any

import httpx
import openai

from finetune.adapters.openai.job_fields import checkpoint_of, events_of, job_of
from finetune.adapters.openai.wire import (
    PAGE,
    SECONDS,
    Fields,
    answering,
    fields,
    listed,
    one_page,
    place,
    text,
)
from finetune.errors import ProviderError, ProviderUnavailable
from finetune.jobs.job import Checkpoint, Event, Job
from finetune.jobs.paging import Page, fresh
from finetune.jobs.provider import TurnedAway

FILE_SECONDS = 600.0
JOBS = "/fine_tuning/jobs"


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
            return one_page(
                page, [checkpoint_of(each) for each in listed(page) if text(each, "id")]
            )

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
