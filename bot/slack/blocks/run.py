"""The one message about a run, as a pure function of the run."""

import math

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    SectionBlock,
)

from bot.slack.blocks.parts import count, escape
from finetune import Report, Run, RunState

_STAGES = (
    (RunState.PLANNED, "Snapshot of the dataset"),
    (RunState.UPLOADING, "Upload"),
    (RunState.TRAINING, "Training"),
    (RunState.EVALUATING, "Evaluation"),
)
_ENDS = {
    RunState.AWAITING_APPROVAL: "🤚 waits for an admin",
    RunState.PROMOTED: "🚀 promoted: the new model answers now",
    RunState.REJECTED: "🛑 not promoted: the model before stays",
    RunState.FAILED: "❌ failed",
    RunState.CANCELLED: "🚫 cancelled",
}
_BARS = "▁▂▃▄▅▆▇█"


def run_message(run: Run) -> list[Block]:
    """Stages, losses, evaluation, decision, and the buttons that make sense now."""
    blocks: list[Block] = [
        HeaderBlock(text=f"Retraining {run.run_id[-8:]}"),
        SectionBlock(text=MarkdownTextObject(text="\n".join(_stage_lines(run)))),
    ]
    if run.losses:
        blocks.append(_section(_losses(run.losses)))
    if run.report is not None:
        blocks.append(_section(_evaluation(run.report)))
    if run.decision is not None:
        reasons = "\n".join(f"• {escape(reason)}" for reason in run.decision.reasons)
        blocks.append(_section(f"*Gate: {run.decision.verdict.value}*\n{reasons}"))
    if run.error:
        blocks.append(_section(f":warning: {escape(run.error)}"))
    blocks.append(ContextBlock(elements=[MarkdownTextObject(text=_context(run))]))
    buttons = _buttons(run)
    return [*blocks, ActionsBlock(block_id="run", elements=buttons)] if buttons else blocks


def summary(run: Run) -> str:
    """One line, for notifications, `/retrain status` and `/retrain history`."""
    return f"Retraining {run.run_id[-8:]}: {_standing(run).partition(':')[0]}"


def _standing(run: Run) -> str:
    """How it ended, or what it is about."""
    if not run.ended and run.cancelled_by is not None:
        return "🚫 is being cancelled"
    if not run.ended and run.promoting:
        return "🚀 is going live"
    return _ENDS.get(run.state, f"⏳ {run.state.value}")


def _stage_lines(run: Run) -> list[str]:
    reached = [state for state, _ in run.stages] or [run.state]
    lines = []
    for state, name in _STAGES:
        if state is run.state:
            lines.append(f"⏳ *{name}*{_detail(run, state)}")
        elif state in reached:
            lines.append(f"✅ {name}{_detail(run, state)}")
        else:
            lines.append(f"▫️ {name}")
    if run.state in _ENDS:
        lines.append(f"*{_standing(run)}*")
    return lines


def _detail(run: Run, state: RunState) -> str:
    if state is RunState.PLANNED and run.snapshot_id:
        examples, corrections = (
            count(run.examples, "example"),
            count(run.corrections, "correction"),
        )
        return f" · {examples}, {corrections}, {run.tokens:,} tokens"
    if state is RunState.TRAINING and run.job_id:
        return f" · job `{run.job_id}` {run.job_status or ''}"
    return ""


def _losses(losses: tuple[float, ...]) -> str:
    width = min(40, len(losses))
    shown = [losses[i * len(losses) // width] for i in range(width)]
    # Losses fall by orders of magnitude: on a linear scale all but the first would be flat.
    heights = [math.log(max(loss, 1e-6)) for loss in shown]
    low, span = min(heights), (max(heights) - min(heights)) or 1.0
    bars = "".join(_BARS[int((height - low) / span * 7.99)] for height in heights)
    return f"*Training loss* {losses[0]:.3f} → {losses[-1]:.3f}\n`{bars}`"


def _evaluation(report: Report) -> str:
    passed, asked = report.passed("corrected")
    kept, before = report.kept("held_out", "seen")
    return (
        f"*Evaluation against `{report.champion}`*\n"
        f"• corrected questions: {passed} of {asked} answered right, "
        f"{report.fixed('corrected')} newly fixed\n"
        f"• good answers kept: {kept} of {before}, {report.broken()} newly broken"
    )


def _context(run: Run) -> str:
    who = f"<@{run.requested_by}>" if run.trigger == "slack" else run.trigger
    parts = [f"started by {who}", f"base `{run.base_model}`"]
    if run.candidate:
        parts.append(f"new model `{run.candidate}`")
    return " · ".join(parts)


def _buttons(run: Run) -> list[ButtonElement]:
    if run.waiting:
        return [
            _button("Promote", "run_promote", run, style="primary"),
            _button("Decline", "run_decline", run, style="danger"),
        ]
    decided = run.ended or run.promoting or run.cancelled_by is not None
    return [] if decided else [_button("Cancel", "run_cancel", run)]


def _button(text: str, action_id: str, run: Run, style: str | None = None) -> ButtonElement:
    confirm = ConfirmObject(title=text, text=f"{text} this run?", confirm=text, deny="Back")
    return ButtonElement(
        text=text, action_id=action_id, value=run.run_id, style=style, confirm=confirm
    )


def _section(text: str) -> SectionBlock:
    return SectionBlock(text=MarkdownTextObject(text=text[:3000]))
