"""What an engine reports while it trains, as events and checkpoints of the job; the result CSV.

Read by the server from the reports of the training (`reports.py`). A resumed training tells some
steps again, and a restarted server reads some reports again; their events stay single.
"""

import csv
import io
import math
from typing import Any

from finetune.dataset.example import digest
from finetune.trainer.engine import Checkpoint, Chosen, Note, Progress, Step
from finetune.trainer.jobs.order import checkpoints_of
from finetune.trainer.stores.job_store import Event, JobStore


class Journal:
    """The report of one job."""

    def __init__(self, jobs: JobStore, job_id: str) -> None:
        self._jobs = jobs
        self._job_id = job_id

    def write(self, progress: Progress, at: float | None = None) -> None:
        """Keep one report, told at `at` (unix seconds; None: now)."""
        if isinstance(progress, Note):
            mark = digest(progress.message)
            self._jobs.note(self._job_id, progress.message, mark=mark, level=progress.level, at=at)
        elif isinstance(progress, Step):
            self._step(progress, at)
        elif isinstance(progress, Chosen):
            self._jobs.choose(self._job_id, progress)
        else:
            self._checkpoint(progress, at)

    def _step(self, step: Step, at: float | None) -> None:
        self._jobs.note(
            self._job_id,
            f"Step {step.step}/{step.total_steps}: training loss={step.train_loss:.4f}",
            mark=f"step-{step.step}",
            data={
                "step": step.step,
                "total_steps": step.total_steps,
                "train_loss": round(step.train_loss, 6),
                "train_mean_token_accuracy": round(step.train_accuracy, 6),
            }
            | {n: round(value, 6) for n, value in step.extra.items() if math.isfinite(value)},
            at=at,
        )

    def _checkpoint(self, checkpoint: Checkpoint, at: float | None) -> None:
        metrics: dict[str, Any] = {
            "step": checkpoint.step,
            "train_loss": round(checkpoint.train_loss, 6),
            "train_mean_token_accuracy": round(checkpoint.train_accuracy, 6),
        }
        message = f"Checkpoint at step {checkpoint.step}: training loss={checkpoint.train_loss:.4f}"
        if checkpoint.valid_loss is not None:
            loss = round(checkpoint.valid_loss, 6)
            metrics |= {"valid_loss": loss, "full_valid_loss": loss}
            message += f", validation loss={loss:.4f}"
        if checkpoint.valid_accuracy is not None:
            share = round(checkpoint.valid_accuracy, 6)
            names = ("valid_mean_token_accuracy", "full_valid_mean_token_accuracy")
            metrics |= dict.fromkeys(names, share)
        if checkpoint.reproduced is not None:
            message += f", {checkpoint.reproduced:.0%} of the rows reproduced"
        folder = f"{checkpoints_of(self._job_id)}/{checkpoint.path.name}"
        self._jobs.add_checkpoint(self._job_id, checkpoint.step, folder, metrics)
        mark = f"checkpoint-{checkpoint.step}"
        extra = {"total_steps": checkpoint.total_steps, "reproduced": checkpoint.reproduced}
        self._jobs.note(self._job_id, message, mark=mark, data=metrics | extra, at=at)


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
