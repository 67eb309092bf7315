"""Takes a run through its steps and shows how it gets on, until it ends or waits for a person.

Used by `finetune train` and `finetune runs --follow`. Whoever else takes steps of the same run (the
bot's worker, another terminal) does no harm: each step is taken once.
"""

import asyncio

from rich.progress import BarColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from finetune.commands.output import Output
from finetune.commands.present import document, full, news, why
from finetune.commands.session import Session
from finetune.errors import ProviderUnavailable, StoreUnavailable
from finetune.training.run import Run, RunState

LOOK_AGAIN = 2.0  # seconds, when somebody else takes the step just now
AFTER_TROUBLE = 10.0
GOOD = frozenset({RunState.PROMOTED, RunState.AWAITING_APPROVAL})


async def follow(session: Session, run_id: str) -> int:
    """Follow to the end; the exit code."""
    try:
        run = await _watch(session, run_id)
    except asyncio.CancelledError:
        session.output.remark(
            f"Not watching any more. A running bot takes the remaining steps; to take them here: "
            f"finetune runs {run_id} --follow"
        )
        raise
    if session.output.as_json:
        session.output.result(document(run))
    else:
        # The stages were shown already, as they came.
        session.output.result(None, *list(full(run))[len(run.stages) :])
    if run.state in GOOD:
        return 0
    session.output.remark(f"finetune: run {run_id} ended as {run.state.value}: {why(run)}")
    return 1


async def _watch(session: Session, run_id: str) -> Run:
    runs, poll = session.workspace.runs, session.settings.poll_seconds
    before: Run | None = None
    with _progress(session.output) as progress:
        bar = progress.add_task(run_id, total=None)
        while True:
            try:
                run = await runs.advance(run_id)
            except (ProviderUnavailable, StoreUnavailable) as error:
                session.output.remark(f"{error}; trying again")
                await asyncio.sleep(min(poll, AFTER_TROUBLE))
                continue
            for line in news(before, run):
                session.output.remark(line)
            _show(progress, bar, run)
            if run.ended or run.waiting:
                return run
            if run.state is RunState.TRAINING:
                await asyncio.sleep(poll)
            elif run == before:
                await asyncio.sleep(min(poll, LOOK_AGAIN))
            before = run


def _progress(output: Output) -> Progress:
    """Only drawn on a terminal."""
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=output.remarks,
        transient=True,
        disable=not output.remarks.is_terminal,
    )


def _show(progress: Progress, bar: TaskID, run: Run) -> None:
    done, total = _amount(run)
    loss = f", loss {run.losses[-1]:.3f}" if run.losses else ""
    progress.update(bar, description=f"{run.state.value}{loss}", completed=done, total=total)


def _amount(run: Run) -> tuple[float, float | None]:
    """(done, of how much), where it is known."""
    if run.state is RunState.EVALUATING:
        return run.asked, run.to_ask or None
    last = next((event.data for event in reversed(run.events) if "step" in event.data), {})
    step, total = last.get("step"), last.get("total_steps")
    if isinstance(step, int | float) and isinstance(total, int | float):
        return step, total
    return 0, None
