"""`/v1/fine_tuning/jobs`: create, look, follow, pause, cancel. The runner does the work."""

from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from finetune.trainer.errors import BadRequest, NotFoundHere, TooMany
from finetune.trainer.jobs.arriving import take_in
from finetune.trainer.services import Owner, Parts, Services
from finetune.trainer.stores.file_store import FINE_TUNE
from finetune.trainer.stores.job_store import Job
from finetune.trainer.wire.job_request import JobRequest, new_job, refuse_what_is_not_offered
from finetune.trainer.wire.job_wire import checkpoint_wire, event_wire, job_wire
from finetune.trainer.wire.pages import first_page, page

router = APIRouter(prefix="/fine_tuning/jobs")
_MOST_UNDER_WAY = 100  # jobs of one key; each keeps copies of its files
Limit = Annotated[int, Query(ge=0, le=1000)]


@router.post("")
def create(parts: Parts, owner: Owner, request: JobRequest) -> dict[str, Any]:
    """A job with its own copy of the files, so that deleting them later does not hurt it."""
    refuse_what_is_not_offered(request)
    parts.models.get(owner, request.model)
    if parts.jobs.under_way(owner) >= _MOST_UNDER_WAY:
        raise TooMany(f"{_MOST_UNDER_WAY} of your jobs are under way; wait for one or cancel it.")
    rows = {
        name: _rows(parts, owner, file_id, param)
        for name, param, file_id in (
            ("train.jsonl", "training_file", request.training_file),
            ("validation.jsonl", "validation_file", request.validation_file),
        )
        if file_id is not None
    }
    job = new_job(owner, request)
    take_in(parts.jobs, parts.storage, job, rows)
    parts.runner.poke()
    return job_wire(job)


@router.get("")
def list_jobs(
    parts: Parts, owner: Owner, request: Request, after: str | None = None, limit: Limit = 20
) -> dict[str, Any]:
    jobs = [job for job in parts.jobs.of(owner) if _wanted(job, request)]
    return page(jobs, item_id=lambda job: job.job_id, wire=job_wire, after=after, limit=limit)


@router.get("/{job_id}")
def retrieve(parts: Parts, owner: Owner, job_id: str) -> dict[str, Any]:
    return job_wire(_job(parts, owner, job_id))


@router.post("/{job_id}/cancel")
def cancel(parts: Parts, owner: Owner, job_id: str) -> dict[str, Any]:
    """Stop the job; one that has ended stays as it is."""
    _job(parts, owner, job_id)
    if parts.jobs.cancel(job_id):
        parts.runner.poke()
    return job_wire(_job(parts, owner, job_id))


@router.post("/{job_id}/pause")
def pause(parts: Parts, owner: Owner, job_id: str) -> dict[str, Any]:
    """Hold the job back; its last checkpoint stays."""
    return _hold(parts, owner, job_id, paused=True)


@router.post("/{job_id}/resume")
def resume(parts: Parts, owner: Owner, job_id: str) -> dict[str, Any]:
    return _hold(parts, owner, job_id, paused=False)


@router.get("/{job_id}/events")
def events(
    parts: Parts, owner: Owner, job_id: str, after: str | None = None, limit: Limit = 20
) -> dict[str, Any]:
    found = parts.jobs.events(_job(parts, owner, job_id).job_id, after or None, limit + 1)
    return first_page(found, item_id=lambda event: event.event_id, wire=event_wire, limit=limit)


@router.get("/{job_id}/checkpoints")
def checkpoints(
    parts: Parts, owner: Owner, job_id: str, after: str | None = None, limit: Limit = 10
) -> dict[str, Any]:
    job = _job(parts, owner, job_id)
    kept = parts.jobs.checkpoints(job_id)
    return page(
        [checkpoint for checkpoint in kept if parts.storage.exists(checkpoint.folder)],
        item_id=lambda checkpoint: checkpoint.checkpoint_id,
        wire=lambda checkpoint: checkpoint_wire(checkpoint, job),
        after=after,
        limit=limit,
    )


def _hold(parts: Services, owner: str, job_id: str, *, paused: bool) -> dict[str, Any]:
    job = _job(parts, owner, job_id)
    if parts.jobs.pause(job_id, paused=paused):
        parts.runner.poke()
    elif job.finished_at is not None:
        raise BadRequest(f"The job has ended: it is {job.status}.", code="job_ended")
    return job_wire(_job(parts, owner, job_id))


def _job(parts: Services, owner: str, job_id: str) -> Job:
    job = parts.jobs.get(job_id)
    if job is None or job.owner != owner:
        raise NotFoundHere(
            f"Could not find fine tune: {job_id}",
            code="fine_tune_not_found",
            param="fine_tuning_job_id",
        )
    return job


def _wanted(job: Job, request: Request) -> bool:
    """`metadata[key]=value` in the query keeps the jobs that carry it, `metadata=null` the others."""
    if request.query_params.get("metadata") == "null" and job.request["metadata"]:
        return False
    for name, value in request.query_params.items():
        if name.startswith("metadata[") and name.endswith("]"):
            carried = (job.request["metadata"] or {}).get(name[len("metadata[") : -1])
            if carried != value:
                return False
    return True


def _rows(parts: Services, owner: str, file_id: str, param: str) -> Iterator[bytes]:
    try:
        purpose = parts.files.get(owner, file_id).purpose
        if purpose == FINE_TUNE:
            return parts.files.content(owner, file_id)
        said = f"{file_id} has the purpose '{purpose}', not '{FINE_TUNE}'"
    except NotFoundHere as error:
        said = error.message
    raise BadRequest(f"invalid {param}: {said}", code="invalid_file", param=param)
