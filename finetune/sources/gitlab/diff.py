"""Splits a unified diff into the code before and the code after."""

from collections.abc import Iterator
from typing import NamedTuple


class Sides(NamedTuple):
    """The lines of the hunks as they were and as they are; hunks are parted by `…`."""

    before: str
    after: str


def sides(diff: str) -> Sides:
    """Both sides of all hunks. What comes before the first hunk (file names) is left out."""
    before: list[str] = []
    after: list[str] = []
    for hunk in _hunks(diff):
        for side, marks in ((before, " -"), (after, " +")):
            lines = [line[1:] for line in hunk if (line[:1] or " ") in marks]
            if side and lines:
                side.append("…")
            side.extend(lines)
    return Sides("\n".join(before), "\n".join(after))


def _hunks(diff: str) -> Iterator[list[str]]:
    hunk: list[str] | None = None
    for line in diff.split("\n"):  # not splitlines: a form feed within a line is no end of it
        if line.startswith("@@ "):
            if hunk:
                yield hunk
            hunk = []
        elif hunk is not None and not line.startswith("\\"):  # "\ No newline at end of file"
            hunk.append(line.removesuffix("\r"))
    if hunk:
        if hunk[-1] == "":  # after the last newline of the diff
            hunk.pop()
        yield hunk
