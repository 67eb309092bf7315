"""What a correction changed, word by word, as rich text: gone is struck out, new is bold.

Words are split where scripts change, so that Japanese without spaces reads in pieces, too.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from rapidfuzz.distance import LCSseq
from slack_sdk.models.blocks import RichTextBlock, RichTextElementParts, RichTextSectionElement

from bot.slack.blocks.parts import CUT, cut

LONGEST = 6_000  # words compared; beyond it the texts are shown one after the other
AROUND = 60  # letters of unchanged text left beside a change
PIECES = 200  # beyond so many changes, nobody reads them one by one, and a view grows too large
_WORDS = re.compile(
    r"[\u3400-\u9fff々〆]+|[\u3041-\u309f]+|[\u30a0-\u30ff]+|\s+|\w[^\W\u3041-\u30ff\u3400-\u9fff]*|."
)
Kind = Literal["same", "gone", "new"]
_STYLES = {
    "same": None,
    "gone": RichTextElementParts.TextStyle(strike=True),
    "new": RichTextElementParts.TextStyle(bold=True),
}


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


def shortened(pieces: Sequence[Piece], limit: int) -> list[Piece]:
    """The changes with a little of what surrounds them, `limit` letters at most."""
    shown: list[Piece] = []
    room = limit
    for number, piece in enumerate(pieces):
        text = piece.text
        if piece.kind == "same":
            text = _middle_out(text, first=number == 0, last=number == len(pieces) - 1)
        if len(text) > room:
            return [*shown, Piece(piece.kind, cut(text, max(room, 1)))]
        room -= len(text)
        shown.append(Piece(piece.kind, text))
    return shown


def _middle_out(text: str, *, first: bool, last: bool) -> str:
    """Unchanged text that is far from any change is left out."""
    head = "" if first else text[:AROUND]
    tail = "" if last else text[-AROUND:]
    if len(text) <= len(head) + len(tail) + AROUND:
        return text
    return f"{head or ''}{CUT}{tail}" if not (first and last) else text


def diff_block(before: str, after: str, limit: int) -> RichTextBlock:
    """The change as a block; one of very many pieces as the two texts, one after the other."""
    pieces = shortened(compared(before, after), limit)
    if len(pieces) > PIECES:
        half = limit // 2
        pieces = [Piece("gone", cut(before, half)), Piece("new", cut(after, half))]
    return _block(_styled(pieces))


def text_block(text: str, limit: int) -> RichTextBlock:
    """Plain text as a block: nothing in it mentions or links."""
    return _block(iter([RichTextElementParts.Text(text=cut(text, limit) or CUT)]))


def _styled(pieces: Sequence[Piece]) -> Iterator[RichTextElementParts.Text]:
    for kind, text in pieces:
        yield RichTextElementParts.Text(text=text, style=_STYLES[kind])


def _block(parts: Iterator[RichTextElementParts.Text]) -> RichTextBlock:
    return RichTextBlock(elements=[RichTextSectionElement(elements=list(parts))])
