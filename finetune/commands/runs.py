"""Start, list, show and decide on runs; move the champion back."""

import secrets

from finetune.commands.follow import follow
from finetune.commands.present import brief, document, full, table
from finetune.commands.session import Session
from finetune.errors import RunRefused
from finetune.training.run import Run, RunState


async def train(session: Session, *, watch: bool) -> int:
    """Plan a run and take it through its steps."""
    run = await session.workspace.runs.plan(
        key=f"cli:{secrets.token_hex(8)}", requested_by=session.user, trigger="cli"
    )
    if watch:
        return await follow(session, run.run_id)
    session.output.result(
        document(run),
        f"{run.run_id} is planned. A running bot takes its steps; without one: "
        f"finetune runs {run.run_id} --follow",
    )
    return 0


async def listed(session: Session, limit: int) -> int:
    """The newest runs."""
    runs = await session.workspace.runs.list(limit=limit)
    if session.output.as_json:
        session.output.result({"runs": [brief(run) for run in runs]})
    elif runs:
        session.output.console.print(table(runs))
    else:
        session.output.result(None, "There have been no runs. Start one: finetune train")
    return 0


async def show(session: Session, run_id: str) -> int:
    """One run in full."""
    run = await session.workspace.runs.get(run_id)
    session.output.result(document(run), *full(run))
    return 0


async def promote(session: Session, run_id: str | None) -> int:
    """An admin's yes to a waiting run."""
    asked = await _chosen(session, run_id)
    run = await session.workspace.runs.promote(asked.run_id, session.user)
    when = "now" if run.state is RunState.PROMOTED else "as soon as the step under way is done"
    session.output.result(document(run), f"{run.run_id}: {run.candidate} answers {when}")
    return 0


async def cancel(session: Session, run_id: str | None) -> int:
    """Stop a run and its job."""
    asked = await _chosen(session, run_id)
    run = await session.workspace.runs.cancel(asked.run_id, session.user)
    state = run.state.value if run.ended else "being cancelled"
    session.output.result(document(run), f"{run.run_id} is {state}")
    return 0


async def rollback(session: Session) -> int:
    """Back to the champion before this one."""
    version = await session.workspace.registry.rollback(session.user)
    session.output.result(version.model_dump(mode="json"), f"{version.model} answers now")
    return 0


async def _chosen(session: Session, run_id: str | None) -> Run:
    """The named run, or the one that has not ended."""
    if run_id is not None:
        return await session.workspace.runs.get(run_id)
    run = await session.workspace.runs.active()
    if run is None:
        raise RunRefused("no run is under way")
    return run
