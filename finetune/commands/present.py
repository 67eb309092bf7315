"""A run in words, and as a JSON document. Pure functions, used by all commands about runs."""

from collections.abc import Iterator
from datetime import UTC, datetime

from rich.table import Table

from finetune.training.run import Run, RunState

GROUPS = {"corrected": "corrected questions", "held_out": "held-out", "seen": "trained on"}


def document(run: Run) -> dict[str, object]:
    """Everything that is known about a run."""
    return {**run.model_dump(mode="json"), "losses": list(run.losses)}


def brief(run: Run) -> dict[str, object]:
    """One entry of a list: without events and cases."""
    kept = run.model_dump(mode="json", exclude={"events", "report", "stages"})
    return {**kept, "events": len(run.events)}


def table(runs: list[Run]) -> Table:
    """Runs, newest first."""
    found = Table(box=None, pad_edge=False)
    for heading in ("run", "state", "started (UTC)"):  # to be copied, so never cut
        found.add_column(heading, no_wrap=True)
    for heading in ("examples", "started by", "model"):
        found.add_column(heading, overflow="fold")
    for run in runs:
        started = datetime.fromtimestamp(run.created_at, UTC).strftime("%Y-%m-%d %H:%M")
        who = run.requested_by or run.trigger
        model = run.candidate or run.base_model
        found.add_row(run.run_id, run.state.value, started, str(run.examples), who, model)
    return found


def news(before: Run | None, after: Run) -> Iterator[str]:
    """What happened to a run since `before`, a line each."""
    known = len(before.stages) if before else 0
    for state, _ in after.stages[known:]:
        yield _stage(after, state)
    seen = {event.event_id for event in before.events} if before else set()
    for event in after.events:
        if event.event_id not in seen and not event.data:  # numbers go into the progress bar
            yield f"  {event.message}"


def full(run: Run) -> Iterator[str]:
    """All about one run."""
    yield from (_stage(run, state) for state, _ in run.stages)
    if run.losses:
        yield f"training loss {run.losses[0]:.3f} → {run.losses[-1]:.3f}"
    if run.report is not None:
        for group, name in GROUPS.items():
            passed, asked = run.report.passed(group)
            if asked:
                fixed, broken = run.report.fixed(group), run.report.broken(group)
                yield f"{name}: {passed} of {asked} right, {fixed} fixed, {broken} broken"
    if run.decision is not None:
        yield f"gate: {run.decision.verdict.value} ({'; '.join(run.decision.reasons)})"


def _stage(run: Run, state: RunState) -> str:
    return {
        RunState.PLANNED: f"{run.run_id} planned by {run.requested_by or run.trigger}",
        RunState.UPLOADING: f"snapshot {run.snapshot_id}: {run.examples} examples, "
        f"{run.corrections} of them corrections, {run.tokens:,} tokens",
        RunState.TRAINING: f"job {run.job_id} trains {run.base_model}",
        RunState.EVALUATING: f"trained {run.candidate}; comparing it with the champion",
        RunState.AWAITING_APPROVAL: f"waits for a decision: finetune promote {run.run_id}",
        RunState.PROMOTED: f"promoted: {run.candidate} answers now",
        RunState.REJECTED: f"not promoted: {why(run)}",
        RunState.FAILED: f"failed: {run.error}",
        RunState.CANCELLED: f"cancelled by {run.cancelled_by}",
    }[state]


def why(run: Run) -> str:
    """Why a run did not end with a promotion."""
    if run.error:
        return run.error
    if run.cancelled_by:
        return f"cancelled by {run.cancelled_by}"
    if run.decided_by:
        return f"declined by {run.decided_by}"
    return "; ".join(run.decision.reasons) if run.decision else run.state.value
