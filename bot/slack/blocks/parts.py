"""Small pieces that several messages and views are made of."""

import re
import unicodedata
from datetime import UTC, datetime

from slack_sdk.models.blocks import ContextBlock, MarkdownTextObject, SectionBlock

_EMPHASIS = re.compile(r"(\*\*\*|\*\*)(?=\S)(.+?)(?<=\S)\1")
_HEADING = re.compile(r"^#{1,6}[ \t]+", re.MULTILINE)
_ENTITY = re.compile(r"&[a-z]{0,3}$")  # the beginning of an escaped character
_JOINER = "\u200d"
_SKIN = range(0x1F3FB, 0x1F400)
FIELD_LIMIT = 3_000  # characters of a plain-text input, and of a section's text
CUT = "…"
LONGEST_NAME = 200  # characters of a model's name that are shown


def section(text: str) -> SectionBlock:
    """A paragraph of mrkdwn, cut where Slack would refuse it."""
    return SectionBlock(text=MarkdownTextObject(text=fitting(text)))


def context(*texts: str) -> ContextBlock:
    """Small print."""
    return ContextBlock(elements=[MarkdownTextObject(text=fitting(text)) for text in texts])


def fitting(text: str) -> str:
    """Escaped text as Slack takes it; no escaped character is cut in two."""
    return text if len(text) <= FIELD_LIMIT else _ENTITY.sub("", text[: FIELD_LIMIT - 1]) + CUT


def cut(text: str, limit: int) -> str:
    """With an ellipsis where it is longer; no emoji is cut in two. Before escaping."""
    if len(text) <= limit:
        return text
    end = max(limit - 1, 0)
    while end and (_continues(text[end]) or text[end - 1] == _JOINER):
        end -= 1
    return text[:end] + CUT


def entered(text: str, limit: int) -> str:
    """Foreign text in a sentence of ours: on one line, cut, escaped."""
    return escape(cut(" ".join(unmarked(text).split()), limit))


def _continues(letter: str) -> bool:
    """Whether it belongs to the letter before it."""
    return letter == _JOINER or ord(letter) in _SKIN or unicodedata.category(letter) == "Mn"


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
    """The name of a model in code marks, its beginning where it has no end."""
    name = name.replace("`", "")
    return f"`{escape(name if len(name) <= LONGEST_NAME else name[: LONGEST_NAME - 1] + CUT)}`"
