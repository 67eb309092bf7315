"""App Home: how it learns, what became of one's corrections, and what a role may do."""

from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
)
from slack_sdk.models.views import View

from bot.slack.blocks.parts import count, escape, section
from finetune import Example, Preview, Source


def home_view(
    preview: Preview, mine: Sequence[Example], *, admin: bool, curate_url: str | None
) -> View:
    """App Home: how it learns, what became of one's corrections, and the way to the queue."""
    blocks: list[Block] = [
        HeaderBlock(text="Apprentice learns from you"),
        section(
            "Mention me in a channel or write to me here. Press 👍 under a good reply; press 👎 "
            "to write what it should have been. Approved corrections are learnt by the next "
            "retraining, and a new model goes live only if it is better."
        ),
        ContextBlock(
            elements=[
                MarkdownTextObject(
                    text=f"Answering now: `{preview.champion}` · "
                    f"{count(preview.approved, 'approved example')}, "
                    f"{count(preview.corrections, 'correction')} among them"
                )
            ]
        ),
        HeaderBlock(text="Your corrections"),
    ]
    blocks += [section(_mine(example)) for example in mine] or [section("None yet.")]
    if curate_url is not None:
        button = ButtonElement(text="Open the review queue", url=curate_url, action_id="open_queue")
        blocks += [
            HeaderBlock(text="For curators"),
            section(f"{count(preview.pending, 'example')} to decide about."),
            ActionsBlock(elements=[button]),
        ]
    if admin:
        blocks += [
            HeaderBlock(text="For admins"),
            section("Type `/retrain` to start a retraining."),
        ]
    return View(type="home", blocks=blocks)


def _mine(example: Example) -> str:
    mark = {"approved": "✅", "pending": "⏳", "rejected": "🚫"}[example.status.value]
    kind = "corrected" if example.source is Source.CORRECTION else "marked as good"
    reason = f" ({example.reason})" if example.reason else ""
    return f"{mark} *{escape(example.question[:150])}* {kind}, {example.status.value}{reason}"
