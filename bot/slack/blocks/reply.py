"""Replies as messages: native markdown, in parts where it is long, with feedback buttons."""

from slack_sdk.models.blocks import (
    Block,
    ContextActionsBlock,
    FeedbackButtonsElement,
    MarkdownBlock,
)
from slack_sdk.models.blocks.basic_components import FeedbackButtonObject
from slack_sdk.models.metadata import Metadata

PART_LIMIT = 11_800  # characters; Slack allows 12,000 of markdown in one message


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
