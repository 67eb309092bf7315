"""What a provider is asked to train: the files, the base model, and how to recognise the job."""

from finetune.dataset.example import Frozen
from finetune.training.method import Method


class TrainingSpec(Frozen):
    """One fine-tuning job. `run_id` travels as metadata, and in the suffix."""

    run_id: str
    model: str
    training_file: str
    validation_file: str | None = None
    method: Method = Method.SUPERVISED
    not_before: float  # a job older than its run cannot be its job

    @property
    def suffix(self) -> str:
        """Part of the new model's name; 64 characters at most, letters, digits and hyphens."""
        return f"apprentice-{self.run_id[:18]}"
