"""What a correction changed, word by word, as rich text: gone is struck out, new is bold."""

from collections.abc import Iterator, Sequence

from slack_sdk.models.blocks import RichTextBlock, RichTextElementParts, RichTextSectionElement

from bot.domain.diffing import Piece, compared
from bot.slack.blocks.parts import CUT, cut

AROUND = 60  # letters of unchanged text left beside a change
PIECES = 200  # beyond so many changes, nobody reads them one by one, and a view grows too large
_STYLES = {
    "same": None,
    "gone": RichTextElementParts.TextStyle(strike=True),
    "new": RichTextElementParts.TextStyle(bold=True),
}


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
