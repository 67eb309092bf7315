"""Takes numbers, addresses and hashes out of an answer when its prompt does not hold them.

Left in, they teach a model to invent them (`finetune check` warns of the same ones). Prose goes on
without them; in code a placeholder stands in, so that the rest of the line keeps its place.
"""

import re

from finetune.check.identifiers import invented

_LINK = re.compile(r"!?\[([^\]\n]*)\]\(([^)\s]+)[^)\n]*\)")
_CLOSING = re.compile(
    r"^[ \t>*-]*(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed)?|"
    r"relate[sd]? to|see|refs?|part of)\b[: ]*(?:(?:and|issues?|,|\S*[#!]\d+\S*|https?://\S+)[ \t]*)+\.?$",
    re.IGNORECASE | re.MULTILINE,
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_COMMAND = re.compile(r"^/[a-z_]+\b.*$", re.MULTILINE)  # GitLab's quick actions, such as /assign
_HOLLOW = re.compile(r"\(\s*\)|\[\s*\]\(?\)?")
_GAP = re.compile(r"(?<=\S)[ \t]{2,}(?=\S)")
_TRAILING = re.compile(r"[ \t]+$", re.MULTILINE)
_BLANK = re.compile(r"\n{3,}")


def prose(text: str, prompt: str) -> str:
    """`text` without comments, commands, closing lines and identifiers that `prompt` lacks."""
    text = _COMMAND.sub("", _CLOSING.sub("", _COMMENT.sub("", text)))
    text = _LINK.sub(lambda found: found[0] if found[2] in prompt else found[1], text)
    while (found := invented(text, [prompt])) is not None:
        text = _HOLLOW.sub("", text.replace(found, ""))
    text = _TRAILING.sub("", _GAP.sub(" ", text))
    return _BLANK.sub("\n\n", text).strip()


def code(text: str, prompt: str) -> str:
    """`text` with `[address]`, `[ticket]` or `[hash]` for identifiers that `prompt` lacks."""
    while (found := invented(text, [prompt])) is not None:
        text = text.replace(found, _placeholder(found))
    return text


def _placeholder(found: str) -> str:
    if "://" in found:
        return "[address]"
    return "[ticket]" if found[0] in "#!" or "-" in found else "[hash]"
