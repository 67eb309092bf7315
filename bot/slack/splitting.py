"""Cuts a long reply into messages where it reads well: between paragraphs, never inside a table row.

Where a cut falls into a code fence, the fence is closed and opened again in the next part. A cut
depends on nothing behind it, so that a reply cut while it is written is cut as it is when finished.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import takewhile

PART_LIMIT = 11_800  # characters; Slack allows 12,000 of markdown in one message
_FENCE = re.compile(r"^([ \t]*)(`{3,}|~{3,})([^\n]*)$")
_ROW = re.compile(r"^\s*\|")
_ITEM = re.compile(r"^\s*([-*+]|\d{1,9}[.)])\s")
_ENDS = (". ", "? ", "! ", "。", "？", "！")  # of sentences; Japanese ones are full-width
# How well it reads to cut before a line, best first.
_PARAGRAPH, _BLOCK, _LINE, _CODE, _TABLE = range(5)


@dataclass(frozen=True)
class Fence:
    """An open code fence: how it was opened, and what closes it."""

    opener: str
    closer: str

    def ends_with(self, line: str) -> bool:
        """Whether a line closes it."""
        bare = line.strip()
        return (
            bare.startswith(self.closer.strip()) and not bare.strip(self.closer.strip()[0]).strip()
        )


@dataclass(frozen=True)
class Border:
    """A place before a line where a text may be cut, and the fence that is open there."""

    at: int
    quality: int
    fence: Fence | None


def split(content: str, limit: int = PART_LIMIT) -> list[str]:
    """Parts of at most `limit` characters; always at least one."""
    parts: list[str] = []
    while len(content) > limit:
        part, content = take(content, limit)
        if part.strip():
            parts.append(part)
    return [*parts, content] if content.strip() or not parts else parts


def take(content: str, limit: int = PART_LIMIT) -> tuple[str, str]:
    """The first part of a text longer than `limit`, and the rest with its fence opened again."""
    border = _best(list(_borders(content[:limit], limit)), limit)
    if border is None:
        return _within_a_line(content, limit)
    return _cut(content, border)


def take_all(content: str) -> tuple[str, str]:
    """End a part now: what is complete of it (paragraphs, lines, sentences, words), and the rest."""
    borders = list(_borders(content, PART_LIMIT + len(content)))
    return _cut(content, _best(borders, len(content)) or _end(content))


def ending(content: str, part: str) -> int | None:
    """How many characters of a text's end its last part holds; None where it holds other text."""
    pairs = zip(reversed(content), reversed(part), strict=False)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))
    return same if last_part(content, same) == part else None


def last_part(content: str, shows: int) -> str:
    """The part of a text that holds its last `shows` characters, its fence opened again."""
    at = len(content) - shows
    fence = _open_after(_lines(content[:at]), PART_LIMIT)
    return _cut(content, Border(at, _LINE, fence))[1] if at else content


def _borders(window: str, limit: int) -> Iterator[Border]:
    """Where the text may be cut so that the part, with its fence closed, has at most `limit`."""
    at, fence, before = 0, None, ""
    for line in _lines(window):
        bare = line.rstrip("\r\n")
        room = 0 if fence is None else len(fence.closer) + 1
        if at and at + room <= limit and not (fence and before == fence.opener):
            yield Border(at, _quality(before, bare, fence), fence)
        fence = _after(bare, fence, limit)
        at += len(line)
        before = bare
    room = 0 if fence is None else len(fence.closer) + 1
    if window.endswith("\n") and at + room <= limit and not (fence and before == fence.opener):
        yield Border(at, _quality(before, "", fence), fence)


def _lines(text: str) -> list[str]:
    """With their line feeds; other characters that Python takes for line ends are text."""
    return [line for line in re.split(r"(?<=\n)", text) if line]


def _after(line: str, fence: Fence | None, limit: int) -> Fence | None:
    if fence is not None:
        return None if fence.ends_with(line) else fence
    found = _FENCE.match(line)
    if found is None or (found[2][0] == "`" and "`" in found[3]):
        return None
    opener, closer = line, found[1] + found[2]
    if len(opener) > limit // 3:  # no room to repeat such an information line in every part
        opener = closer
    return Fence(opener, closer) if len(closer) <= limit // 8 else None


def _quality(before: str, line: str, fence: Fence | None) -> int:
    if fence is not None:
        return _CODE
    if not before.strip():
        return _PARAGRAPH
    if _FENCE.match(line) or _FENCE.match(before) or line.startswith("#"):
        return _BLOCK
    if _ROW.match(line) and _ROW.match(before):
        return _TABLE
    return _BLOCK if _ITEM.match(line) else _LINE


def _best(borders: list[Border], limit: int) -> Border | None:
    """The last of the best that leaves no part half empty; the later the worse it may be."""
    late = [border for border in borders if border.at >= limit // 2]
    early = [border for border in borders if limit // 8 <= border.at < limit // 2]
    for group in (late, early):
        if group:
            return min(group, key=lambda border: (border.quality, -border.at))
    return None


def _cut(content: str, border: Border) -> tuple[str, str]:
    part, rest = content[: border.at].rstrip("\n"), content[border.at :].lstrip("\n")
    if border.fence is None:
        return part, rest
    return f"{part}\n{border.fence.closer}", f"{border.fence.opener}\n{rest}"


def _within_a_line(content: str, limit: int) -> tuple[str, str]:
    """For a line that fills a part: after a space, else anywhere."""
    fence = _open_after(_lines(content[:limit])[:-1], limit)
    room = limit - (0 if fence is None else len(fence.closer) + 1)
    space = content.rfind(" ", room // 2, room)
    at = space + 1 if space > 0 else room
    return _cut(content, Border(at, _LINE, fence))


def _end(content: str) -> Border:
    """Behind a sentence or a word of the last line; behind the line where that is code."""
    lines = _lines(content)
    fence, last = _open_after(lines[:-1], PART_LIMIT), lines[-1] if lines else ""
    if fence is not None or _FENCE.match(last.rstrip("\r\n")):
        return Border(len(content), _LINE, _open_after(lines, PART_LIMIT))
    start = max(len(content) // 2, len(content) - len(last))
    ends = [content.rfind(mark, start) + len(mark) for mark in _ENDS if mark in content[start:]]
    at = max(ends, default=content.rfind(" ", start) + 1)
    return Border(at or len(content), _LINE, None)


def _open_after(lines: list[str], limit: int) -> Fence | None:
    fence: Fence | None = None
    for line in lines:
        fence = _after(line.rstrip("\r\n"), fence, limit)
    return fence
