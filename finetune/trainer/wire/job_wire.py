"""Jobs, events and checkpoints as OpenAI's documents."""

from typing import Any

from finetune.trainer.stores.job_store import Event, Job, StoredCheckpoint
from finetune.trainer.stores.model_store import CHECKPOINT
from finetune.trainer.wire.job_request import method_of


def job_wire(job: Job) -> dict[str, Any]:
    """OpenAI's job object, and `lora` where it was asked for.

    A paused job is `queued`: the published list of states has no pause. `hyperparameters` say
    "auto" until the engine has chosen.
    """
    asked = job.request
    method, hyperparameters = method_of(job), asked["hyperparameters"]
    wire = {
        "id": job.job_id,
        "object": "fine_tuning.job",
        "created_at": job.created_at,
        "error": job.error,
        "fine_tuned_model": job.model_id if job.status == "succeeded" else None,
        "finished_at": job.finished_at,
        "hyperparameters": {k: v for k, v in hyperparameters.items() if k != "beta"},
        "model": asked["model"],
        "organization_id": "local",
        "result_files": [job.result_file] if job.result_file else [],
        "seed": asked["seed"],
        "status": job.status,
        "trained_tokens": job.trained_tokens,
        "training_file": asked["training_file"],
        "validation_file": asked["validation_file"],
        "estimated_finish": job.estimated_finish,
        "integrations": [],
        "metadata": asked["metadata"],
        "method": {"type": method, method: {"hyperparameters": hyperparameters}},
    }
    return wire | {"lora": asked["lora"]} if asked.get("lora") is not None else wire


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
