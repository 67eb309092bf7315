"""Messages and views as pure functions: values in, Block Kit out. No Slack call is made here."""

import json
from collections.abc import Sequence

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextActionsBlock,
    ContextBlock,
    DividerBlock,
    FeedbackButtonsElement,
    HeaderBlock,
    InputBlock,
    MarkdownBlock,
    MarkdownTextObject,
    Option,
    PlainTextInputElement,
    SectionBlock,
    StaticSelectElement,
)
from slack_sdk.models.blocks.basic_components import FeedbackButtonObject
from slack_sdk.models.metadata import Metadata
from slack_sdk.models.views import View

from bot.domain.conversation import Reply
from finetune import Example, Preview, Source

PART_LIMIT = 11_800  # characters; Slack allows 12,000 of markdown in one message
FIELD_LIMIT = 3_000  # characters of a plain-text input
REASONS = {
    "wrong": "It is wrong",
    "outdated": "It is out of date",
    "tone": "The tone",
    "format": "The format",
    "unsafe": "It is unsafe",
    "other": "Something else",
}


def split(content: str, limit: int = PART_LIMIT) -> list[str]:
    """Cut at the last paragraph, line or space before `limit`; always at least one part."""
    parts: list[str] = []
    while len(content) > limit:
        cuts = (content.rfind(mark, 1, limit) for mark in ("\n\n", "\n", " "))
        cut = next((cut for cut in cuts if cut >= limit // 2), limit)
        parts.append(content[:cut])
        content = content[cut:].lstrip("\n")
    return [*parts, content]


def reply_message(content: str, *, feedback: bool) -> list[Block]:
    """A whole reply (or one part of it), as it stands once it is finished."""
    blocks: list[Block] = [MarkdownBlock(text=content)]
    return [*blocks, feedback_buttons()] if feedback else blocks


def feedback_buttons() -> ContextActionsBlock:
    """Slack's native 👍/👎 under a reply."""
    return ContextActionsBlock(
        elements=[
            FeedbackButtonsElement(
                action_id="feedback",
                positive_button=FeedbackButtonObject(
                    text="Good reply", value="up", accessibility_label="Mark this reply as good"
                ),
                negative_button=FeedbackButtonObject(
                    text="Correct this reply",
                    value="down",
                    accessibility_label="Mark this reply as bad and correct it",
                ),
            )
        ]
    )


def reply_mark(reply_id: str, part: int = 0) -> Metadata:
    """Metadata that tells a finished reply from an orphan."""
    return Metadata("apprentice_reply", {"reply_id": reply_id, "part": part})


def run_mark(run_id: str) -> Metadata:
    """Metadata by which the message about a run is found again."""
    return Metadata("apprentice_run", {"run_id": run_id})


def correction_view(reply: Reply, mine: str | None) -> View:
    """The modal behind 👎. `mine` is the user's earlier correction."""
    written = mine or reply.content
    return View(
        type="modal",
        callback_id="correction",
        title="Correct this reply",
        submit="Save",
        close="Cancel",
        private_metadata=json.dumps({"reply_id": reply.reply_id}),
        blocks=[
            InputBlock(
                block_id="correction",
                label="What should the reply have been?",
                hint="The next retraining learns exactly this text.",
                element=PlainTextInputElement(
                    action_id="correction",
                    multiline=True,
                    max_length=FIELD_LIMIT,
                    initial_value=written if len(written) <= FIELD_LIMIT else None,
                ),
            ),
            InputBlock(
                block_id="reason",
                label="What was wrong with it?",
                optional=True,
                element=StaticSelectElement(
                    action_id="reason",
                    options=[Option(value=v, text=t) for v, t in REASONS.items()],
                ),
            ),
            InputBlock(
                block_id="note",
                label="A note for the curator",
                optional=True,
                element=PlainTextInputElement(action_id="note", max_length=500),
            ),
        ],
    )


def notice_view(title: str, text: str) -> View:
    """A modal that only says something."""
    return View(type="modal", title=title, close="Close", blocks=[_text(text)])


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
        _text(what),
    ]
    blocks += [_text(f":warning: {problem}") for problem in preview.problems]
    return View(
        type="modal",
        callback_id="retrain",
        title="Retrain",
        submit=None if preview.problems else "Start",
        close="Cancel",
        private_metadata=json.dumps({"channel": channel}),
        blocks=blocks,
    )


def home_view(
    preview: Preview, mine: Sequence[Example], *, admin: bool, curate_url: str | None
) -> View:
    """App Home: how it learns, what became of one's corrections, and the way to the queue."""
    blocks: list[Block] = [
        HeaderBlock(text="Apprentice learns from you"),
        _text(
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
    blocks += [_text(_mine(example)) for example in mine] or [_text("None yet.")]
    if curate_url is not None:
        button = ButtonElement(text="Open the review queue", url=curate_url, action_id="open_queue")
        blocks += [
            HeaderBlock(text="For curators"),
            _text(f"{count(preview.pending, 'example')} to decide about."),
            ActionsBlock(elements=[button]),
        ]
    if admin:
        blocks += [HeaderBlock(text="For admins"), _text("Type `/retrain` to start a retraining.")]
    return View(type="home", blocks=blocks)


def _mine(example: Example) -> str:
    mark = {"approved": "✅", "pending": "⏳", "rejected": "🚫"}[example.status.value]
    kind = "corrected" if example.source is Source.CORRECTION else "marked as good"
    reason = f" ({example.reason})" if example.reason else ""
    return f"{mark} *{escape(example.question[:150])}* {kind}, {example.status.value}{reason}"


def _text(text: str) -> SectionBlock:
    return SectionBlock(text=MarkdownTextObject(text=text[:FIELD_LIMIT]))


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 example`, `2 examples`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def escape(text: str) -> str:
    """Slack's three control characters, so that foreign text cannot mention or link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
