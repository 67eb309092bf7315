"""What an engine reports while it trains, as events and checkpoints of the job; the result CSV.

Runs in the training child. A resumed training reports some steps again; their events stay single.
"""

import csv
import io
from typing import Any

from finetune.dataset.example import digest
from finetune.trainer.engine import Checkpoint, Chosen, Note, Progress, Step
from finetune.trainer.job_store import Event, JobStore


class Journal:
    """The report of one job."""

    def __init__(self, jobs: JobStore, job_id: str) -> None:
        self._jobs = jobs
        self._job_id = job_id

    def write(self, progress: Progress) -> None:
        """Keep one report."""
        if isinstance(progress, Note):
            mark = digest(progress.message)
            self._jobs.note(self._job_id, progress.message, mark=mark, level=progress.level)
        elif isinstance(progress, Step):
            self._step(progress)
        elif isinstance(progress, Chosen):
            self._jobs.choose(self._job_id, progress)
        else:
            self._checkpoint(progress)

    def _step(self, step: Step) -> None:
        self._jobs.note(
            self._job_id,
            f"Step {step.step}/{step.total_steps}: training loss={step.train_loss:.4f}",
            mark=f"step-{step.step}",
            data={
                "step": step.step,
                "total_steps": step.total_steps,
                "train_loss": round(step.train_loss, 6),
                "train_mean_token_accuracy": round(step.train_accuracy, 6),
            },
        )

    def _checkpoint(self, checkpoint: Checkpoint) -> None:
        metrics: dict[str, Any] = {
            "step": checkpoint.step,
            "train_loss": round(checkpoint.train_loss, 6),
            "train_mean_token_accuracy": round(checkpoint.train_accuracy, 6),
        }
        message = f"Checkpoint at step {checkpoint.step}: training loss={checkpoint.train_loss:.4f}"
        if checkpoint.valid_loss is not None and checkpoint.valid_accuracy is not None:
            loss, accuracy = round(checkpoint.valid_loss, 6), round(checkpoint.valid_accuracy, 6)
            metrics |= {"valid_loss": loss, "valid_mean_token_accuracy": accuracy}
            metrics |= {"full_valid_loss": loss, "full_valid_mean_token_accuracy": accuracy}
            message += f", validation loss={loss:.4f}"
        message += f", {checkpoint.reproduced:.0%} of the rows reproduced"
        folder = f"jobs/{self._job_id}/checkpoints/{checkpoint.path.name}"
        self._jobs.add_checkpoint(self._job_id, checkpoint.step, folder, metrics)
        mark = f"checkpoint-{checkpoint.step}"
        extra = {"total_steps": checkpoint.total_steps, "reproduced": checkpoint.reproduced}
        self._jobs.note(self._job_id, message, mark=mark, data=metrics | extra)


_COLUMNS = (
    "step", "train_loss", "train_mean_token_accuracy", "valid_loss", "valid_mean_token_accuracy",
)  # fmt: skip


def result_csv(newest_first: list[Event]) -> bytes:
    """One line per step; validation figures on the steps where they were taken."""
    lines: dict[int, dict[str, Any]] = {}
    for event in reversed(newest_first):
        if "step" in event.data:
            # A step's own figures stand; its checkpoint only adds the validation.
            lines[event.data["step"]] = event.data | lines.get(event.data["step"], {})
    text = io.StringIO()
    table = csv.DictWriter(text, _COLUMNS, extrasaction="ignore", lineterminator="\n")
    table.writeheader()
    table.writerows(lines[step] for step in sorted(lines))
    return text.getvalue().encode()
