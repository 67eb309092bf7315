"""Who says what in a conversation of several people, as a model reads it.

What somebody writes never reads like a line of somebody else: a name has no colon and no line end,
two people have two names, and every further line of a text is set in.
"""

from collections.abc import Iterable

MOST = 80  # characters of a name
INDENT = "\n  "


def spoken(name: str, text: str) -> str:
    """A text behind the name of who said it; `name` as `distinct` gives it."""
    return f"{name}: {INDENT.join(text.splitlines())}"


def distinct(speakers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """(who, name) in the order in which they spoke → a name of their own for each."""
    names: dict[str, str] = {}
    for who, called in speakers:
        if who in names:
            continue
        plain = _plain(called)
        name, number = plain, 1
        while name in names.values():
            number += 1
            name = f"{plain} ({number})"
        names[who] = name
    return names


def _plain(name: str) -> str:
    clean = "".join(each if each.isprintable() and each not in ":：" else " " for each in name)
    return " ".join(clean.split())[:MOST].strip() or "?"
