"""The `/retrain` modal: what a run would do, and its start button."""

import json

from slack_sdk.models.blocks import Block, DividerBlock, MarkdownTextObject, SectionBlock
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View

from bot.slack.blocks.parts import section
from finetune import Preview


def run_mark(run_id: str) -> Metadata:
    """Metadata by which the message about a run is found again."""
    return Metadata("apprentice_run", {"run_id": run_id})


def retrain_view(preview: Preview, channel: str) -> View:
    """What is in the dataset and what a run would do; without a submit button when it may not."""
    facts = [
        f"*Approved examples*\n{preview.approved}",
        f"*Corrections among them*\n{preview.corrections}",
        f"*New since the last run*\n{preview.new_since_last_run}",
        f"*Waiting for a curator*\n{preview.pending}",
        f"*To learn / held out*\n{preview.train_rows} / {preview.validation_rows}",
        f"*Tokens to learn*\n{preview.tokens:,}",
    ]
    what = (
        f"`{preview.base_model}` is fine-tuned on a frozen copy of the approved examples. The new "
        f"model is then compared with the one that answers now (`{preview.champion}`) on held-out "
        "and all corrected questions and a sample of the others. "
    )
    what += (
        "It goes live by itself only if it is better."
        if preview.promotion == "auto"
        else "You are asked before it goes live."
    )
    blocks: list[Block] = [
        SectionBlock(fields=[MarkdownTextObject(text=fact) for fact in facts]),
        DividerBlock(),
        section(what),
    ]
    blocks += [section(f":warning: {problem}") for problem in preview.problems]
    return View(
        type="modal",
        callback_id="retrain",
        title="Retrain",
        submit=None if preview.problems else "Start",
        close="Cancel",
        private_metadata=json.dumps({"channel": channel}),
        blocks=blocks,
    )
