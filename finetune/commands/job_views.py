"""Jobs, events and checkpoints in words and as JSON documents. Pure functions."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from rich.table import Table

from finetune.jobs.job import SUCCEEDED, Checkpoint, Event, Job


def document(job: Job) -> dict[str, Any]:
    """Everything that is known about a job, in OpenAI's words."""
    return job.model_dump(mode="json")


def table(jobs: Iterable[Job]) -> Table:
    """Newest first."""
    found = Table(box=None, pad_edge=False)
    for heading in ("job", "status", "made"):  # to be copied, so never cut
        found.add_column(heading, no_wrap=True)
    for heading in ("base", "model"):
        found.add_column(heading, overflow="fold")
    for job in jobs:
        made = moment(job.created_at)
        found.add_row(job.id, job.status, made, job.model, job.fine_tuned_model or "")
    return found


def checkpoint_table(checkpoints: Iterable[Checkpoint]) -> Table:
    """Newest first, with whatever was measured."""
    listed = list(checkpoints)
    names = [n for n in dict.fromkeys(n for c in listed for n in c.metrics) if n != "step"]
    found = Table(box=None, pad_edge=False)
    found.add_column("step", justify="right")
    found.add_column("model", overflow="fold")
    for name in names:
        found.add_column(name, justify="right")
    for checkpoint in listed:
        figures = (figure(checkpoint.metrics.get(name)) for name in names)
        found.add_row(str(checkpoint.step_number), checkpoint.model, *figures)
    return found


def full(job: Job) -> Iterator[str]:
    """All about one job, a line each; what the provider does not say is left out."""
    known = {
        "status": job.status,
        "base model": job.model,
        "model": job.fine_tuned_model,
        "error": job.error,
        "made": moment(job.created_at) if job.created_at else None,
        "ended": moment(job.finished_at) if job.finished_at else None,
        "ends about": moment(job.estimated_finish) if job.estimated_finish else None,
        "training file": job.training_file,
        "validation file": job.validation_file,
        "result files": ", ".join(job.result_files) or None,
        "method": job.method,
        "settings": ", ".join(f"{k}={v}" for k, v in job.hyperparameters.items()) or None,
        "seed": job.seed,
        "suffix": job.suffix,
        "metadata": ", ".join(f"{k}={v}" for k, v in (job.metadata or {}).items()) or None,
        "trained tokens": f"{job.trained_tokens:,}" if job.trained_tokens else None,
    }
    yield job.id
    yield from (f"  {name}: {value}" for name, value in known.items() if value is not None)


def line(event: Event) -> str:
    """One event: when, and what; a loss that is told in numbers only is put into words."""
    said = _plain(event.message)
    told = {k: v for k, v in event.data.items() if k.endswith("loss") and _is_number(v)}
    if told and "loss" not in said.casefold():
        said += ": " + ", ".join(f"{name}={figure(value)}" for name, value in told.items())
    level = "" if event.level == "info" else f"{event.level}: "
    return f"{moment(event.created_at)}  {level}{said}"


def end(job: Job) -> list[str]:
    """What came out, and what to do with it."""
    if job.status != SUCCEEDED:
        return []
    model = job.fine_tuned_model or ""
    return [f"{job.id} succeeded: {model}", "Next:", *(f"  {c}" for c in next_commands(job))]


def next_commands(job: Job) -> list[str]:
    """To try a model that is ready."""
    if job.status != SUCCEEDED or not job.fine_tuned_model:
        return []
    return [
        f'finetune ask --model {job.fine_tuned_model} "…"',
        f"finetune evaluate --candidate {job.fine_tuned_model} --champion {job.model} --cases FILE",
        f"finetune jobs results {job.id}",
    ]


def why(job: Job) -> str:
    """Why there is no model."""
    return f"{job.id} {job.status}" + (f": {_plain(job.error)}" if job.error else "")


def moment(seconds: int) -> str:
    """In the time zone of this machine."""
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone():%Y-%m-%d %H:%M:%S}"


def figure(value: object) -> str:
    """At most four digits."""
    return f"{value:.4g}" if _is_number(value) else "" if value is None else str(value)


def _plain(text: str) -> str:
    """One line that a terminal takes for nothing but text."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
