"""Slack's message text → what the person wrote."""

import html
import re

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_LINK = re.compile(r"<((?:https?|mailto|tel):[^|>]+)(?:\|([^>]*))?>")
_CHANNEL = re.compile(r"<#[CG][A-Z0-9]+\|([^>]*)>")


def plain(text: str, bot_user: str | None = None) -> str:
    """Undo Slack's escapes and links; drop the mention of the bot itself."""
    if bot_user:
        text = re.sub(rf"<@{re.escape(bot_user)}(?:\|[^>]*)?>", "", text)
    text = _LINK.sub(lambda m: m[2] or m[1].removeprefix("mailto:").removeprefix("tel:"), text)
    text = _CHANNEL.sub(r"#\1", text)
    return html.unescape(text).strip()


def mentions(text: str, user: str) -> bool:
    """Whether the text mentions `user`."""
    return any(found.startswith(f"<@{user}") for found in _MENTION.findall(text))
