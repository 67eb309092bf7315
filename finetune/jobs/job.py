"""A provider's job, event, checkpoint and file as values, in OpenAI's words.

Made by `adapters/openai/jobs.py`, read by the commands. Compatible providers leave fields out, so
nearly all may be None.
"""

from typing import Any

from pydantic import Field

from finetune.dataset.example import Frozen

SUCCEEDED = "succeeded"
ENDED = frozenset({SUCCEEDED, "failed", "cancelled"})
UNDER_WAY = frozenset({"validating_files", "queued", "pending", "running", "paused"})


class Job(Frozen):
    """The job as it is now. Times are seconds since the epoch."""

    id: str
    status: str
    model: str = ""
    created_at: int = 0
    finished_at: int | None = None
    estimated_finish: int | None = None
    fine_tuned_model: str | None = None
    training_file: str | None = None
    validation_file: str | None = None
    method: str | None = None
    hyperparameters: dict[str, Any] = Field(default_factory=dict)
    seed: int | None = None
    suffix: str | None = None
    metadata: dict[str, str] | None = None
    trained_tokens: int | None = None
    result_files: tuple[str, ...] = ()
    error: str | None = None

    @property
    def ended(self) -> bool:
        """Its status will not change any more; a word that we do not know is judged by the time."""
        return self.status in ENDED or (
            self.finished_at is not None and self.status not in UNDER_WAY
        )


class Event(Frozen):
    """One event of a job. `data` holds step, train_loss, … where the provider says."""

    id: str
    created_at: int
    level: str = "info"
    message: str
    data: dict[str, Any] = Field(default_factory=dict)


class Checkpoint(Frozen):
    """A state of a job's model that can be asked like a model."""

    id: str
    step_number: int
    model: str
    created_at: int = 0
    metrics: dict[str, Any] = Field(default_factory=dict)


class StoredFile(Frozen):
    """A file at the provider. `status` is the provider's word; some say none."""

    id: str
    name: str
    size: int
    status: str = ""
