"""Slack's message text → what the person wrote.

What Slack writes between `<` and `>`: https://docs.slack.dev/messaging/formatting-message-text/
"""

import html
import re
from collections.abc import Iterator, Mapping

_MENTION = re.compile(r"<@[UW][A-Z0-9]+(?:\|[^>]*)?>")
_MARKUP = re.compile(r"<([@#!]?)([^<>|]+)(?:\|([^<>]*))?>")
_ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
# What somebody typed, escaped, but that would call people if a model repeated it.
_TYPED = re.compile(r"<([@#!](?:[A-Z][A-Z0-9]+|here|channel|everyone|subteam\^\w+))(?:\|[^<>]*)?>")
# What a model or a corrector wrote that would ring for everybody, a group or somebody.
_RINGS = re.compile(
    r"(<(?:!\s*(?:channel|here|everyone|group|subteam\^[A-Z0-9]+)|@[UWB][A-Z0-9]+)\s*)(?=[|>])",
    re.IGNORECASE,
)
_SILENCE = "\u200b"  # of no width: Slack finds no such name then, and people read the same
PRIVATE = "#private-channel"


def plain(text: str, bot_user: str | None = None) -> str:
    """Undo Slack's escapes and links; drop the mention of the bot itself."""
    return readable(without(text, bot_user) if bot_user else text, {})


def without(text: str, user: str) -> str:
    """The text less the mentions of `user`."""
    return re.sub(rf"<@{re.escape(user)}(?:\|[^>]*)?>", "", text).strip()


def readable(text: str, names: Mapping[str, str]) -> str:
    """As people read it: `names` by id for those mentioned, else Slack's label, else the id.

    Never raises; no id of Slack's comes out in a form that calls somebody.
    """
    text = _MARKUP.sub(lambda found: _shown(found[1], found[2], found[3] or "", names), text)
    text = html.unescape(text)
    while calls := _TYPED.search(text):  # every round takes two brackets away
        text = text[: calls.start()] + f"{calls[1].replace('!', '@')}" + text[calls.end() :]
    return text.strip()


def silent(text: str) -> str:
    """The same to the eye, and it calls nobody. Of a text that grows, what came before stays."""
    return _RINGS.sub(rf"\1{_SILENCE}", text)


def references(text: str) -> Iterator[tuple[str, str]]:
    """(id, label) of the people, channels and groups that a text mentions."""
    for sigil, inside, label in _MARKUP.findall(text):
        if sigil in {"@", "#"}:
            yield inside, label
        elif sigil == "!" and inside.startswith("subteam^"):
            yield inside.removeprefix("subteam^"), label


def mentions(text: str, user: str) -> bool:
    """Whether the text mentions `user`."""
    return any(found.startswith(f"<@{user}") for found in _MENTION.findall(text))


def _shown(sigil: str, inside: str, label: str, names: Mapping[str, str]) -> str:
    if sigil == "@":
        return "@" + (names.get(inside) or label or inside)
    if sigil == "#":
        return "#" + (names.get(inside) or label) if names.get(inside) or label else PRIVATE
    if sigil == "!":
        group = inside.removeprefix("subteam^")
        known = label or names.get(group) or group.partition("^")[0]
        return known if inside.startswith("date^") else "@" + known.removeprefix("@")
    if not _ADDRESS.match(inside):
        return f"<{inside}|{label}>" if label else f"<{inside}>"
    return label or inside.removeprefix("mailto:").removeprefix("tel:")


def one_line(name: str) -> str:
    """A file's name as it may stand in a sentence: nobody is called by it, no line is broken."""
    clean = "".join(each for each in name if each.isprintable() and each not in '<>"`')
    return clean[:120].strip() or "file"
