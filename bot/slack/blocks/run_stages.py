"""The stages of a run as lines: what is over, what goes on and how far it is, what is to come."""

from bot.domain.progress import queue_place, steps_of
from bot.slack.blocks.parts import date, escape
from bot.texts.runs import RunTexts
from finetune import Method, Run, RunState

_BAR = 20  # squares


def standing(run: Run, said: RunTexts) -> str:
    """How it ended, what it waits for, or what it is about."""
    if not run.ended and run.cancelled_by is not None:
        return said.cancelling
    if not run.ended and run.promoting:
        return said.going_live
    if run.held:
        return said.held.format(user=run.held_by)
    ends = {
        RunState.AWAITING_APPROVAL: said.waits,
        RunState.PROMOTED: said.promoted,
        RunState.REJECTED: said.rejected,
        RunState.FAILED: said.failed,
        RunState.CANCELLED: said.cancelled,
    }
    return ends.get(run.state) or said.under_way.format(stage=_names(said)[run.state])


def _names(said: RunTexts) -> dict[RunState, str]:
    return {
        RunState.PLANNED: said.snapshot,
        RunState.UPLOADING: said.upload,
        RunState.TRAINING: said.training,
        RunState.EVALUATING: said.evaluation,
    }


def stage_lines(run: Run, said: RunTexts) -> list[str]:
    """A line for each stage, and one for the end."""
    names = _names(said)
    reached = [state for state, _ in run.stages] or [run.state]
    lines = []
    for state, name in names.items():
        if state is run.state:
            lines.append(f"⏳ *{name}*{_detail(run, state, said)}")
        elif state in reached:
            lines.append(f"✅ {name}{_detail(run, state, said)}")
        else:
            lines.append(f"▫️ {name}")
    return lines if run.state in names else [*lines, f"*{standing(run, said)}*"]


def _detail(run: Run, state: RunState, said: RunTexts) -> str:
    parts = []
    if state is RunState.PLANNED and run.snapshot_id:
        parts.append(
            said.examples.format(
                examples=run.examples, corrections=run.corrections, tokens=run.tokens
            )
        )
    if state is RunState.TRAINING and run.job_id:
        if run.method is Method.DPO:
            parts.append(said.dpo)
        parts.append(said.job.format(job=escape(run.job_id), status=run.job_status or "").strip())
        if run.state is RunState.TRAINING:
            parts += _progress(run, said)
    if state is RunState.EVALUATING and run.state is state and run.to_ask:
        parts.append(said.asked.format(asked=run.asked, total=run.to_ask))
        return f" · {' · '.join(parts)}\n{bar(run.asked, run.to_ask)}"
    return "".join(f" · {part}" for part in parts)


def _progress(run: Run, said: RunTexts) -> list[str]:
    """What the provider tells of how far it is; it may tell nothing."""
    found = []
    if run.job_status == "queued":
        place = queue_place(run)
        found.append(said.queued if place is None else said.queue_place.format(place=place))
    if run.estimated_finish:
        found.append(said.finish.format(date=date(run.estimated_finish)))
    if (steps := steps_of(run)) is not None:
        step, total = steps
        found.append(f"{said.steps.format(step=step, total=total)}\n{bar(step, total)}")
    return found


def bar(done: int, total: int) -> str:
    """`▰▰▰▱▱ 60 %`."""
    share = min(1.0, done / total) if total else 0.0
    full = int(share * _BAR)
    return f"{'▰' * full}{'▱' * (_BAR - full)} {share:.0%}"
