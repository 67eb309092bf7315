"""Jobs, events and checkpoints as values, from the fields that providers give in their own ways.

Called by `jobs`; each field is read by `wire`, and what is no such thing is left out.
"""

from collections import Counter
from typing import Any

from finetune.adapters.openai.wire import Fields, identified, items, seconds, table, text, whole
from finetune.dataset.example import digest
from finetune.jobs.job import Checkpoint, Event, Job

STATUSES = {  # as other providers say it
    "canceled": "cancelled", "completed": "succeeded", "complete": "succeeded",
    "success": "succeeded", "error": "failed", "errored": "failed", "expired": "failed",
}  # fmt: skip


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


def checkpoint_of(found: Fields) -> Checkpoint:
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
