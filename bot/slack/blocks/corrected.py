"""What a channel sees of a correction: a line under the reply, and the text in the thread."""

from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ContextBlock, MarkdownBlock, MarkdownTextObject
from slack_sdk.models.metadata import Metadata

from bot.slack.splitting import PART_LIMIT, take
from bot.slack.text import silent
from bot.texts.feedback import FeedbackTexts

LINE = "corrected"  # block_id of the line under a reply


def corrected_message(text: str, who: Sequence[str], said: FeedbackTexts) -> list[Block]:
    """A corrected reply as it is shown in the thread; cut where Slack would refuse it."""
    line = _line(said.corrected.format(who=_names(who)))
    if len(text) <= PART_LIMIT:
        return [line, MarkdownBlock(text=silent(text))]
    return [line, MarkdownBlock(text=silent(take(text)[0])), _line(said.corrected_cut)]


def with_line(
    text: str, blocks: Sequence[Mapping[str, Any]], who: Sequence[str], said: FeedbackTexts
) -> list[dict[str, Any]]:
    """A finished reply's `blocks` with the line that says who corrected it; without, for nobody.

    `text` is written anew: Slack gives other blocks back than the markdown that it was given.
    """
    around = [dict(each) for each in blocks if each.get("block_id") != LINE]
    lines = [each for each in around if each.get("type") == "context"]
    if who:
        lines.append(_line(said.corrected_by.format(who=_names(who)), LINE).to_dict())
    buttons = [each for each in around if each.get("type") == "context_actions"]
    return [MarkdownBlock(text=silent(text)).to_dict(), *lines, *buttons]


def corrected_mark(reply_id: str) -> Metadata:
    """Metadata by which the message in the thread is found again."""
    return Metadata("apprentice_correction", {"corrects": reply_id})


def _line(text: str, block_id: str | None = None) -> ContextBlock:
    return ContextBlock(block_id=block_id, elements=[MarkdownTextObject(text=text)])


def _names(who: Sequence[str]) -> str:
    return ", ".join(f"<@{user}>" for user in who)
