"""Cuts a file of any size into portions of whole lines, which one process can examine at a time."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

from finetune.files import LONGEST_LINE, unreadable

PORTION = 1 << 19  # bytes, to the end of the line
CHUNK = 1 << 20
Advance = Callable[[int], None]


class Portion(NamedTuple):
    """Some lines of a file, as they are there."""

    first: int  # the number of the first line, from 1
    raw: bytes
    too_long: bool = False  # one more line follows, which is too long to be held

    def lines(self) -> list[bytes | None]:
        """Each line without its end; None for the one that is too long."""
        lines: list[bytes | None] = [*self.raw.split(b"\n")]
        if not lines[-1]:
            lines.pop()  # behind the end of the last line
        if b"\r" in self.raw:
            lines = [line and line.rstrip(b"\r") for line in lines]
        return [*lines, None] if self.too_long else lines


def portions(path: Path, advance: Advance, longest: int = LONGEST_LINE) -> Iterator[Portion]:
    """The whole file in order, in constant memory; `advance` is told of bytes read.

    A line over `longest` bytes (at least a portion's) is passed over.
    Raises InputError when the file cannot be read.
    """
    first = 1
    try:
        with path.open("rb") as file:
            while raw := file.read(PORTION):
                raw += file.readline(longest + 2)
                size, too_long = len(raw), False
                last = raw.rfind(b"\n", 0, len(raw) - 1) + 1
                if len(raw) - last > longest and len(raw[last:].rstrip(b"\r\n")) > longest:
                    too_long = True
                    while not raw.endswith(b"\n") and (rest := file.readline(CHUNK)):
                        size += len(rest)
                        raw = raw[:last] + rest[-1:]
                    raw = raw[:last]
                advance(size)
                yield Portion(first, raw, too_long)
                first += raw.count(b"\n") + too_long
    except OSError as error:
        raise unreadable(path, error) from None
