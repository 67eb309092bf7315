"""The port to a fine-tuning provider: files and jobs in OpenAI's terms (`adapters/openai`).

Every remote thing can be found again before it is made, so that a killed process makes it once.
"""

from collections.abc import Collection
from pathlib import Path
from typing import Protocol

from finetune.dataset.example import Frozen
from finetune.training.run import JobEvent
from finetune.training.spec import TrainingSpec

SUCCEEDED = "succeeded"
FAILED = frozenset({"failed", "cancelled"})


class Job(Frozen):
    """The provider's job as it is now."""

    job_id: str
    status: str
    fine_tuned_model: str | None = None
    error: str | None = None
    estimated_finish: int | None = None  # seconds since the epoch


class FineTuning(Protocol):
    """Raises ProviderError for a refusal, ProviderUnavailable when asking later may help."""

    async def find_file(self, name: str, size: int) -> str | None:
        """Id of a file uploaded whole under this name."""
        ...

    async def upload(self, name: str, path: Path) -> str:
        """Upload a training file; gives its id."""
        ...

    async def find_job(self, spec: TrainingSpec) -> Job | None:
        """The job that was created for this run."""
        ...

    async def create_job(self, spec: TrainingSpec) -> Job:
        """Start training."""
        ...

    async def job(self, job_id: str) -> Job:
        """The job as it is now."""
        ...

    async def events(self, job_id: str, seen: Collection[str]) -> list[JobEvent]:
        """Events whose ids are not in `seen`, oldest first."""
        ...

    async def cancel_job(self, job_id: str) -> None:
        """Stop the job; one that has ended is left alone."""
        ...
