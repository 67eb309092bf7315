"""Small pieces that several messages and views are made of."""

import re
from datetime import UTC, datetime

from slack_sdk.models.blocks import MarkdownTextObject, SectionBlock

_EMPHASIS = re.compile(r"(\*\*\*|\*\*)(?=\S)(.+?)(?<=\S)\1")
_HEADING = re.compile(r"^#{1,6}[ \t]+", re.MULTILINE)
FIELD_LIMIT = 3_000  # characters of a plain-text input, and of a section's text


def section(text: str) -> SectionBlock:
    """A paragraph of mrkdwn, cut where Slack would refuse it."""
    return SectionBlock(text=MarkdownTextObject(text=text[:FIELD_LIMIT]))


def count(number: int, noun: str) -> str:
    """A number with its noun: `1 example`, `2 examples`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def escape(text: str) -> str:
    """Slack's three control characters, so that foreign text cannot mention or link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unmarked(text: str) -> str:
    """Without Markdown's bold and headings, whose marks mrkdwn would show as they are."""
    return _HEADING.sub("", _EMPHASIS.sub(r"\2", text))


def date(at: float) -> str:
    """A time in seconds since the epoch, as each reader's Slack writes it."""
    shown = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M UTC")
    return f"<!date^{int(at)}^{{date_short_pretty}} {{time}}|{shown}>"


def code(name: str) -> str:
    """The name of a model in code marks."""
    return f"`{escape(name.replace('`', ''))}`"
