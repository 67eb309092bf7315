"""Slack's message → its whole text in Slack's own markup, whatever it is made of.

Apps often leave `text` empty and write blocks or attachments; people forward messages, which come
as attachments. Previews of links are no part of what was written.
"""

from collections.abc import Callable, Mapping
from typing import Any

Json = Mapping[str, Any]
DEPTH = 12  # of blocks within blocks


def written(message: Json) -> str:
    """The text of a message: `text`, else its blocks; behind it what it forwards or attaches."""
    text = str(message.get("text") or "").strip()
    text = text or of_blocks(message.get("blocks"))
    attached = (_attachment(each) for each in _dicts(message.get("attachments")))
    return "\n".join(filter(None, [text, *(each for each in attached if each not in text)]))


def of_blocks(blocks: Any) -> str:
    """The text of blocks, one per line."""
    return "\n".join(filter(None, (_block(each) for each in _dicts(blocks))))


def _block(block: Json) -> str:
    kind = str(block.get("type"))
    if kind in {"markdown", "rich_text"} and isinstance(block.get("text"), str):
        return str(block["text"])
    if kind == "rich_text":
        return "\n".join(_rich(each) for each in _dicts(block.get("elements")))
    if kind == "table":
        return "\n".join(map(_row, _lists(block.get("rows"))))
    parts = [_text(block.get("text")), *map(_text, _dicts(block.get("fields")))]
    if kind == "context":
        parts += [_text(each) for each in _dicts(block.get("elements"))]
    parts += [_text(block.get("alt_text"))] if kind == "image" else []
    return "\n".join(filter(None, parts))


def _row(cells: Any) -> str:
    return " | ".join(_block(cell) or _text(cell) for cell in _dicts(cells))


def _rich(element: Json, depth: int = DEPTH) -> str:
    """Rich text: people, channels and links get the markup that `text` has for them."""
    kind = str(element.get("type") or "")
    if kind in _LEAVES:
        return _LEAVES[kind](element)
    inner = [_rich(each, depth - 1) for each in _dicts(element.get("elements"))] if depth else []
    if kind == "rich_text_list":
        return "\n".join(f"- {each}" for each in inner)
    if kind == "rich_text_preformatted":
        return f"```\n{''.join(inner)}\n```"
    return "".join(inner)


def _link(element: Json) -> str:
    label = _escaped(str(element.get("text") or ""))
    return f"<{element.get('url')}|{label}>" if label else f"<{element.get('url')}>"


_LEAVES: Mapping[str, Callable[[Json], str]] = {
    "text": lambda element: _escaped(str(element.get("text") or "")),
    "link": _link,
    "user": lambda element: f"<@{element.get('user_id')}>",
    "channel": lambda element: f"<#{element.get('channel_id')}>",
    "usergroup": lambda element: f"<!subteam^{element.get('usergroup_id')}>",
    "broadcast": lambda element: f"<!{element.get('range')}>",
    "emoji": lambda element: f":{element.get('name')}:",
    "date": lambda element: _escaped(str(element.get("fallback") or "")),
}


def _attachment(attachment: Json) -> str:
    """What an app attached or a person forwarded; "" for the preview of a link."""
    preview = attachment.get("from_url") or attachment.get("is_app_unfurl")
    if preview and not attachment.get("is_share"):
        return ""
    body = str(attachment.get("text") or "") or of_blocks(attachment.get("blocks"))
    fields = [
        f"{each.get('title', '')}: {each.get('value', '')}"
        for each in _dicts(attachment.get("fields"))
    ]
    names = ("pretext", "author_name", "title")
    parts = [*(str(attachment.get(name) or "") for name in names), body, *fields]
    return "\n".join(filter(None, parts)) or str(attachment.get("fallback") or "")


def _text(value: Any) -> str:
    if isinstance(value, Mapping):
        value = value.get("text")
    return value if isinstance(value, str) else ""


def _dicts(value: Any) -> list[Json]:
    return [each for each in value if isinstance(each, Mapping)] if isinstance(value, list) else []


def _lists(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
