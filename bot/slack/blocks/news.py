"""The message to who corrected a reply: what a model learnt from it, and what it answers now."""

from collections.abc import Sequence
from typing import NamedTuple

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    DividerBlock,
)
from slack_sdk.models.metadata import Metadata

from bot.slack.blocks.parts import escape, section, unmarked
from bot.slack.blocks.reply import feedback_buttons
from bot.texts.feedback import FeedbackTexts

SHOWN = 10
QUESTION, TEXT = 200, 380  # characters shown; Slack takes about 13,000 in one message


class NewsItem(NamedTuple):
    """One correction that was learnt; votes on `answer` go to `reply_id`."""

    reply_id: str
    question: str
    correction: str
    answer: str


def news_message(items: Sequence[NewsItem], more: int, said: FeedbackTexts) -> list[Block]:
    """At most `SHOWN` items are given; `more` were learnt besides."""
    blocks: list[Block] = [section(said.news)]
    for item in items:
        blocks += [
            DividerBlock(),
            section(_item(item, said)),
            *([feedback_buttons(item.reply_id)] if item.answer else []),
        ]
    if more:
        blocks.append(section(said.news_more.format(count=more)))
    off = ButtonElement(text=said.news_off, action_id="news_off")
    return [*blocks, ActionsBlock(elements=[off])]


def news_mark(run_id: str) -> Metadata:
    """Metadata by which a killed sender's message is found."""
    return Metadata("apprentice_news", {"run_id": run_id})


def _item(item: NewsItem, said: FeedbackTexts) -> str:
    parts = [
        (said.news_question, _quoted(item.question, QUESTION)),
        (said.news_correction, _quoted(item.correction, TEXT)),
    ]
    if item.answer:
        parts.append((said.news_answer, _quoted(item.answer, TEXT)))
    return "\n".join(f"*{title}*\n{text}" for title, text in parts)


def _quoted(text: str, most: int) -> str:
    """As a quotation, cut where it takes more than `most` characters with all its marks."""
    shown = "> "
    for character in unmarked(text):
        piece = "\n> " if character == "\n" else escape(character)
        if len(shown) + len(piece) >= most:
            return shown + "…"
        shown += piece
    return shown
