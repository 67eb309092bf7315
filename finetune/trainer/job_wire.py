"""Jobs, events and checkpoints as OpenAI's documents."""

from typing import Any

from finetune.trainer.job_store import Event, Job, StoredCheckpoint
from finetune.trainer.model_store import CHECKPOINT


def job_wire(job: Job) -> dict[str, Any]:
    """OpenAI's job object. A paused job is `queued`: the published list of states has no pause."""
    asked = job.request
    hyperparameters = asked["hyperparameters"]
    return {
        "id": job.job_id,
        "object": "fine_tuning.job",
        "created_at": job.created_at,
        "error": job.error,
        "fine_tuned_model": job.model_id if job.status == "succeeded" else None,
        "finished_at": job.finished_at,
        "hyperparameters": hyperparameters,
        "model": asked["model"],
        "organization_id": "local",
        "result_files": [job.result_file] if job.result_file else [],
        "seed": asked["seed"],
        "status": job.status,
        "trained_tokens": job.trained_tokens,
        "training_file": asked["training_file"],
        "validation_file": asked["validation_file"],
        "estimated_finish": None,
        "integrations": [],
        "metadata": asked["metadata"],
        "method": {"type": "supervised", "supervised": {"hyperparameters": hyperparameters}},
    }


def event_wire(event: Event) -> dict[str, Any]:
    """OpenAI's event object."""
    return {
        "id": event.event_id,
        "object": "fine_tuning.job.event",
        "created_at": event.created_at,
        "level": event.level,
        "message": event.message,
        "type": event.kind,
        "data": event.data,
    }


def checkpoint_wire(checkpoint: StoredCheckpoint, job: Job) -> dict[str, Any]:
    """OpenAI's checkpoint object."""
    return {
        "id": checkpoint.checkpoint_id,
        "object": "fine_tuning.job.checkpoint",
        "created_at": checkpoint.created_at,
        "fine_tuned_model_checkpoint": f"{job.model_id}{CHECKPOINT}{checkpoint.step}",
        "fine_tuning_job_id": job.job_id,
        "metrics": checkpoint.metrics,
        "step_number": checkpoint.step,
    }
