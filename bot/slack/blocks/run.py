"""The one message about a run, as a pure function of the run."""

import math

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    HeaderBlock,
    ImageBlock,
    MarkdownTextObject,
    SectionBlock,
)
from slack_sdk.models.blocks.basic_components import SlackFile

from bot.domain.choices import choices, outdated
from bot.slack.blocks.parts import code, escape, section
from bot.slack.blocks.run_evaluation import evaluation, examples, gate
from bot.slack.blocks.run_stages import stage_lines, standing
from bot.texts import EN
from bot.texts.runs import RunTexts
from finetune import Run

_BARS = "▁▂▃▄▅▆▇█"


def run_message(
    run: Run, said: RunTexts = EN.runs, picture: str = "", champion: str = ""
) -> list[Block]:
    """Stages, losses, evaluation, decision, and the buttons that make sense now.

    `champion` answers now: a run that waits may have been compared with another one.
    `picture` is the id of an uploaded file; without one the losses are drawn with letters.
    """
    blocks: list[Block] = [
        HeaderBlock(text=said.title.format(run=run.run_id[-8:])),
        SectionBlock(text=MarkdownTextObject(text="\n".join(stage_lines(run, said)))),
    ]
    if run.losses:
        blocks.append(_picture(run, picture, said) if picture else section(_losses(run, said)))
    if run.report is not None:
        blocks.append(section(evaluation(run.report, said)))
        if shown := examples(run.report, said):
            blocks.append(section(shown))
    if run.decision is not None:
        blocks.append(section(gate(run.decision, said)))
    if run.error:
        blocks.append(section(f":warning: {escape(run.error)}"))
    if outdated := compared_with_another(run, champion, said):
        blocks.append(section(outdated))
    blocks.append(ContextBlock(elements=[MarkdownTextObject(text=_context(run, said)[:3000])]))
    buttons = _buttons(run, said, other=bool(outdated))
    return [*blocks, ActionsBlock(block_id="run", elements=buttons)] if buttons else blocks


def compared_with_another(run: Run, champion: str, said: RunTexts) -> str:
    """What to know before a run that waits is promoted; empty when there is nothing."""
    if not outdated(run, champion) or run.champion is None:
        return ""
    return said.other_now.format(before=code(run.champion), now=code(champion))


def summary(run: Run, said: RunTexts = EN.runs) -> str:
    """One line, for notifications, `/retrain status` and `/retrain history`."""
    return f"{said.title.format(run=run.run_id[-8:])}: {short_standing(run, said)}"


def short_standing(run: Run, said: RunTexts = EN.runs) -> str:
    """A few words on how it stands."""
    return standing(run, said).partition(":")[0]


def _losses(run: Run, said: RunTexts) -> str:
    losses = run.losses
    width = min(40, len(losses))
    shown = [losses[i * len(losses) // width] for i in range(width)]
    # Losses fall by orders of magnitude: on a linear scale all but the first would be flat.
    heights = [math.log(max(loss, 1e-6)) for loss in shown]
    low, span = min(heights), (max(heights) - min(heights)) or 1.0
    bars = "".join(_BARS[int((height - low) / span * 7.99)] for height in heights)
    return f"*{said.loss}* {losses[0]:.3f} → {losses[-1]:.3f}\n`{bars}`"


def _picture(run: Run, picture: str, said: RunTexts) -> ImageBlock:
    return ImageBlock(
        block_id="run-loss",
        slack_file=SlackFile(id=picture),
        alt_text=said.plot_alt.format(first=run.losses[0], last=run.losses[-1]),
        title=f"{said.loss} {run.losses[0]:.3f} → {run.losses[-1]:.3f}",
    )


def _context(run: Run, said: RunTexts) -> str:
    if run.trigger in ("slack", "desk"):
        who = f"<@{run.requested_by}>"
    else:
        who = said.by_schedule if run.trigger == "schedule" else said.by_hand
    parts = [said.started_by.format(who=who), said.base.format(model=code(run.base_model))]
    if run.candidate:
        parts.append(said.candidate.format(model=code(run.candidate)))
    if (decided := run.cancelled_by or run.decided_by) and decided[:1] in ("U", "W"):
        parts.append(said.decided_by.format(who=f"<@{decided}>"))
    return " · ".join(parts)


def _buttons(run: Run, said: RunTexts, *, other: bool) -> list[ButtonElement]:
    sure = f"{said.promote_sure} {said.other_sure}" if other else said.promote_sure
    buttons = {
        "promote": (said.promote, sure, "run_promote", "primary"),
        "hold": (said.hold, said.hold_sure, "run_hold", None),
        "decline": (said.decline, said.decline_sure, "run_decline", "danger"),
        "cancel": (said.cancel, said.cancel_sure, "run_cancel", None),
    }
    return [_button(run, said.back, *buttons[choice]) for choice in choices(run)]


def _button(
    run: Run, back: str, text: str, sure: str, action_id: str, style: str | None
) -> ButtonElement:
    confirm = ConfirmObject(
        title=text, text=sure.format(run=run.run_id), confirm=text, deny=back, style=style
    )
    return ButtonElement(
        text=text, action_id=action_id, value=run.run_id, style=style, confirm=confirm
    )
