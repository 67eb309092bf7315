"""`FineTuning` and `Answering` over the `openai` SDK: any provider that speaks its wire format.

Called by the steps of a run. Requests that make something are sent once, without the SDK's own
retries: a retry after a lost answer would make it twice, whereas the step looks for it first.
"""

import time
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import openai
from openai.types.chat import ChatCompletion

from finetune.dataset.example import Message, digest
from finetune.errors import ModelMissing, ProviderError, ProviderUnavailable, QuestionRefused
from finetune.evaluation.answers import Answer
from finetune.training.backend import FAILED, SUCCEEDED, Job
from finetune.training.run import JobEvent
from finetune.training.spec import TrainingSpec

PAGE = 100
UPLOAD_SECONDS = 600.0
CLOCK_SKEW = 3600.0  # between the provider's clock and ours
# Worth asking again later. "No credit left" comes as 429 too, but no waiting mends it.
PASSING = (
    openai.APIConnectionError,
    openai.ConflictError,
    openai.InternalServerError,
    openai.RateLimitError,
)
# What a refusal of one question looks like; any other (401, 403, …) concerns the whole account.
NOT_FOUND = 404
OF_ONE_QUESTION = frozenset({400, 413, 422})
OF_THE_ACCOUNT = frozenset({"billing_hard_limit_reached", "billing_not_active"})


@asynccontextmanager
async def translated() -> AsyncIterator[None]:
    """ProviderError or ProviderUnavailable, in one line, instead of the SDK's errors."""
    try:
        yield
    except openai.APIStatusError as error:
        passing = isinstance(error, PASSING) or error.status_code == 408
        if passing and error.code != "insufficient_quota":
            raise ProviderUnavailable(_line(error)) from error
        raise ProviderError(_line(error)) from error
    except openai.APIConnectionError as error:
        cause = error.__cause__ or error
        address = f"{error.request.url.scheme}://{error.request.url.netloc.decode()}"
        raise ProviderUnavailable(f"{address} cannot be reached: {cause}") from error
    except openai.OpenAIError as error:
        raise ProviderError(f"the provider's answer cannot be used: {error}") from error


def _line(error: openai.APIStatusError) -> str:
    body = error.body if isinstance(error.body, dict) else {}
    reason = " ".join(str(body.get("message") or error.message).split())
    return f"the provider said {error.status_code}: {reason[:500]}"


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

    @translated()
    async def create_job(self, spec: TrainingSpec) -> Job:
        """Sent once."""
        job = await self._once.fine_tuning.jobs.create(
            model=spec.model,
            training_file=spec.training_file,
            validation_file=spec.validation_file or openai.omit,
            suffix=spec.suffix,
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


class OpenAIAnswering:
    """Chat completions for evaluations."""

    def __init__(self, client: openai.AsyncOpenAI) -> None:
        self._client = client

    @translated()
    async def answer(self, model: str, messages: Sequence[Message]) -> Answer:
        """At temperature 0, or at the only one that the model allows."""
        try:
            answer = await self._completion(model, [message.wire() for message in messages])
        except openai.APIStatusError as error:
            if error.code in OF_THE_ACCOUNT:
                raise
            if error.status_code == NOT_FOUND or error.code == "model_not_found":
                raise ModelMissing(_line(error)) from error
            if error.status_code in OF_ONE_QUESTION:
                raise QuestionRefused(_line(error)) from error
            raise
        if not answer.choices:
            return Answer(content="")
        choice = answer.choices[0]
        content = choice.message.content or choice.message.refusal or ""
        return Answer(content=content, finish_reason=choice.finish_reason or "stop")

    async def _completion(self, model: str, wire: Any) -> ChatCompletion:
        completions = self._client.chat.completions
        try:
            return await completions.create(model=model, messages=wire, temperature=0)
        except openai.BadRequestError as error:
            if error.param != "temperature":
                raise
            return await completions.create(model=model, messages=wire)


def _job(job: Any) -> Job:
    """Compatible providers leave fields out, so each is read with care."""
    error = getattr(job, "error", None)
    return Job(
        job_id=job.id,
        status=job.status,
        fine_tuned_model=getattr(job, "fine_tuned_model", None),
        error=getattr(error, "message", None),
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
