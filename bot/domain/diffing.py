"""What a correction changed, word by word.

Pure. Words are split where scripts change, so that Japanese without spaces reads in pieces, too.
"""

import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

from rapidfuzz.distance import LCSseq

LONGEST = 6_000  # words compared; beyond it the texts are shown one after the other
_WORDS = re.compile(
    r"[\u3400-\u9fff々〆]+|[\u3041-\u309f]+|[\u30a0-\u30ff]+|\s+|\w[^\W\u3041-\u30ff\u3400-\u9fff]*|."
)
Kind = Literal["same", "gone", "new"]


class Piece(NamedTuple):
    """A stretch of text and what became of it."""

    kind: Kind
    text: str


def words(text: str) -> list[str]:
    """The text in pieces that are kept or changed as a whole; joined they are the text again."""
    return _WORDS.findall(text.replace("\r\n", "\n"))


def compared(before: str, after: str) -> list[Piece]:
    """Both texts as one: without what is new it is the first, without what is gone the second."""
    one, other = words(before), words(after)
    if max(len(one), len(other)) > LONGEST:
        return _joined([Piece("gone", before), Piece("new", after)])
    pieces: list[Piece] = []
    for change in LCSseq.opcodes(one, other):
        gone = "".join(one[change.src_start : change.src_end])
        new = "".join(other[change.dest_start : change.dest_end])
        if change.tag == "equal":
            pieces.append(Piece("same", gone))
        else:
            pieces += [Piece("gone", gone), Piece("new", new)]
    return _joined(pieces)


def _joined(pieces: Sequence[Piece]) -> list[Piece]:
    """Neighbours become one; a blank between two changes changes with them."""
    joined: list[Piece] = []
    gone = new = ""
    for number, piece in enumerate(pieces):
        last = number == len(pieces) - 1
        if piece.kind == "gone":
            gone += piece.text
        elif piece.kind == "new":
            new += piece.text
        elif not piece.text.strip() and (gone and new) and not last:
            gone, new = gone + piece.text, new + piece.text
        else:
            joined += _changed(gone, new)
            gone = new = ""
            joined.append(piece)
    return [piece for piece in [*joined, *_changed(gone, new)] if piece.text]


def _changed(gone: str, new: str) -> list[Piece]:
    return [Piece("gone", gone), Piece("new", new)]
