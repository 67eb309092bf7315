"""Takes numbers, addresses and hashes out of an answer when its prompt does not hold them.

Left in, they teach a model to invent them (`finetune check` warns of the same ones). Prose goes on
without them. In code a placeholder stands in, so that the rest of the line keeps its place; there
`#1` and `X-1` name a ticket in a remark only, for elsewhere they are a colour and a subtraction.
Each text is gone through once, whatever it holds: descriptions have up to a million characters.
"""

import re
from functools import lru_cache

_IDENTIFIER = re.compile(
    r"(?P<address>https?://[^\s<>\"'）)\]、。]+)"
    r"|(?P<hash>(?<![0-9A-Za-z_])[0-9a-f]{7,64}(?:-[0-9a-f]{4,64})*+(?![0-9A-Za-z_]))"
    r"|(?P<ticket>(?<![\w#&/])[#!]\d{1,8}(?:[#!]\d{1,8})*+\b"
    r"|\b[A-Z][A-Z0-9]{1,9}-\d{1,7}\b(?!-\d))"
)
# Standards and products that look like tickets.
_KNOWN = re.compile(
    r"(?:UTF|ISO|IEC|JIS|GPT|SHA|MD|RFC|COVID|AES|RSA|CP|IPV|HTTP|TLS|USB|MP|PEP|CVE)-\d", re.ASCII
)
_REMARK = re.compile(r"(?:^|\s)(?:#+|//+|/\*+|\*+|--+|;+|%+|<!--|\"\"\"|''')(?=\s)")
_LINK = re.compile(r"!?\[([^\[\]\n]*+)\]\(([^()\s]++)(?:[ \t]++[^()\n]*+)?\)")
_CLOSES = re.compile(
    r"[ \t>*-]*+(?:clos(?:e[sd]?|ing)|fix(?:e[sd]|ing)?|resolv(?:e[sd]?|ing)|implement(?:s|ed)?|"
    r"relate[sd]? to|see|refs?|part of)\b[: \t]*+",
    re.IGNORECASE,
)
_BETWEEN = re.compile(r"[\s,;]+")
_BETWEEN_WORDS = frozenset({"", "and", "&", "issue", "issues"})
_REFERENCE = re.compile(r"[#!]\d|^https?://|^[A-Z][A-Z0-9]+-\d")
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_COMMAND = re.compile(r"^/[a-z_]+\b.*$", re.MULTILINE)  # GitLab's quick actions, such as /assign
_GONE = "\0"  # where an identifier was, until its surroundings are mended
_LIST = re.compile(r"\0(?:[ \t]*+(?:,|、|&|and\b|or\b)?[ \t]*+(?:and\b|or\b)?[ \t]*+\0)++")
_HOLLOW = re.compile(r"\([ \t]*\0[ \t]*\)|\[[ \t]*\0[ \t]*\]|（\0）|<\0>")
_GAP = re.compile(r"(?<![ \t])[ \t]*+\0(?=[ \t.,;:!?)]|$)|\0", re.MULTILINE)
_TRAILING = re.compile(r"(?<![ \t])[ \t]++$", re.MULTILINE)
_BLANK = re.compile(r"\n{3,}")


def prose(text: str, prompt: str) -> str:
    """`text` without comments, commands, closing lines and identifiers that `prompt` lacks."""
    known = _named(prompt)
    text = _COMMAND.sub("", _COMMENT.sub("", text.replace(_GONE, "")))
    text = "\n".join("" if _only_closes(line) else line for line in text.split("\n"))
    text = _LINK.sub(lambda found: found[0] if found[2] in prompt else found[1], text)
    text = _IDENTIFIER.sub(lambda found: found[0] if _stays(found, known) else _left(found), text)
    text = _TRAILING.sub("", _GAP.sub("", _HOLLOW.sub(_GONE, _LIST.sub(_GONE, text))))
    return _BLANK.sub("\n\n", text).strip()


def code(text: str, prompt: str) -> str:
    """`text` with `[address]`, `[ticket]` or `[hash]` for identifiers that `prompt` lacks."""
    known = _named(prompt)
    return "\n".join(_line_of_code(line, known) for line in text.split("\n"))


def _line_of_code(line: str, known: frozenset[str]) -> str:
    found = _REMARK.search(line)
    remark = found.end() if found else len(line)

    def replaced(found: re.Match[str]) -> str:
        colour = found.lastgroup == "hash" and line[: found.start()].endswith("#")
        outside = found.lastgroup == "ticket" and found.start() < remark
        if colour or outside or _stays(found, known):
            return found[0]
        return f"[{found.lastgroup}]" + _ending(found)

    return _IDENTIFIER.sub(replaced, line)


def _only_closes(line: str) -> bool:
    """Whether a line says nothing but which tickets end with it."""
    begun = _CLOSES.match(line)
    if begun is None:
        return False
    words = _BETWEEN.split(line[begun.end() :].rstrip(". \t\r"))
    named = [word for word in words if word.casefold() not in _BETWEEN_WORDS]
    return bool(named) and all(_REFERENCE.search(word) for word in named)


@lru_cache(maxsize=2)
def _named(prompt: str) -> frozenset[str]:
    """All that it names: each whole, for #12 is not said by #123."""
    return frozenset(_name(found) for found in _IDENTIFIER.finditer(prompt))


def _stays(found: re.Match[str], known: frozenset[str]) -> bool:
    name = _name(found)
    letters = name.replace("-", "")
    if found.lastgroup == "hash" and (letters.isdigit() or letters.isalpha()):
        return True  # a number, or a word
    return name in known or (found.lastgroup == "ticket" and bool(_KNOWN.match(name)))


def _name(found: re.Match[str]) -> str:
    return found[0].removesuffix(_ending(found))


def _ending(found: re.Match[str]) -> str:
    """The stop of the sentence, which is no part of an address."""
    name = found[0]
    return name[len(name.rstrip(".,;:!?")) :] if found.lastgroup == "address" else ""


def _left(found: re.Match[str]) -> str:
    return _GONE + _ending(found)
