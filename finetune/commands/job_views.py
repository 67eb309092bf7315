"""Jobs, events and checkpoints in words and as JSON documents. Pure functions.

What a provider says is made plain here: one line, nothing that a terminal obeys, and no id cut.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from rich.cells import cell_len

from finetune.jobs.job import SUCCEEDED, Checkpoint, Event, Job


def document(job: Job) -> dict[str, Any]:
    """Everything that is known about a job, in OpenAI's words."""
    return job.model_dump(mode="json")


def aligned(rows: Sequence[Sequence[str]], right: frozenset[int] = frozenset()) -> list[str]:
    """Rows as columns two blanks apart, as wide as they need be; `right`: those of numbers."""
    cells = [[plain(cell) for cell in row] for row in rows]
    widths = [max(map(cell_len, column)) for column in zip(*cells, strict=True)]

    def padded(cell: str, place: int) -> str:
        blanks = " " * (widths[place] - cell_len(cell))
        return blanks + cell if place in right else cell + blanks

    return ["  ".join(padded(c, n) for n, c in enumerate(row)).rstrip() for row in cells]


def table(jobs: Iterable[Job]) -> list[str]:
    """Newest first."""
    rows = [["job", "status", "made", "base", "model"]]
    for job in jobs:
        made = moment(job.created_at)
        rows.append([job.id, job.status, made, job.model, job.fine_tuned_model or ""])
    return aligned(rows)


def checkpoint_table(checkpoints: Iterable[Checkpoint]) -> list[str]:
    """Newest first, with whatever was measured."""
    listed = list(checkpoints)
    names = [n for n in dict.fromkeys(n for c in listed for n in c.metrics) if n != "step"]
    rows = [["step", "model", *names]]
    for checkpoint in listed:
        figures = (figure(checkpoint.metrics.get(name)) for name in names)
        rows.append([str(checkpoint.step_number), checkpoint.model, *figures])
    return aligned(rows, frozenset(range(len(names) + 2)) - {1})


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
    yield plain(job.id)
    yield from (
        f"  {name}: {plain(str(value))}" for name, value in known.items() if value is not None
    )


def line(event: Event) -> str:
    """One event: when, and what; a loss that is told in numbers only is put into words."""
    said = plain(event.message)
    told = {k: v for k, v in event.data.items() if k.endswith("loss") and _is_number(v)}
    if told and "loss" not in said.casefold():
        said += ": " + ", ".join(f"{plain(k)}={figure(value)}" for k, value in told.items())
    level = "" if event.level == "info" else f"{plain(event.level)}: "
    return f"{moment(event.created_at)}  {level}{said}"


def end(job: Job) -> list[str]:
    """What came out, and what to do with it."""
    if job.status != SUCCEEDED:
        return []
    said = f"{job.id} succeeded: {job.fine_tuned_model or ''}"
    return [plain(said), "Next:", *(f"  {plain(c)}" for c in next_commands(job))]


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
    return plain(f"{job.id} {job.status}" + (f": {job.error}" if job.error else ""))


def moment(seconds: int) -> str:
    """In the time zone of this machine; 0 is a time that nobody said."""
    if not seconds:
        return "time unknown       "  # as wide as a time
    return f"{datetime.fromtimestamp(seconds, UTC).astimezone():%Y-%m-%d %H:%M:%S}"


def figure(value: object) -> str:
    """At most four digits."""
    return f"{value:.4g}" if _is_number(value) else "" if value is None else str(value)


def plain(text: str) -> str:
    """One line that a terminal takes for nothing but text."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
