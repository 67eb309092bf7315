"""Many pairs of texts as JSON lines at once: the letters are escaped in one long run of bytes."""

from typing import NamedTuple

_OTHERS = bytes(range(32, 256))
_ESCAPED = {8: b"\\b", 9: b"\\t", 10: b"\\n", 12: b"\\f", 13: b"\\r"}
_BETWEEN = "\0"


class Frame(NamedTuple):
    """What stands before, between and after the two texts of a row, the quotes included."""

    before: bytes
    between: bytes
    after: bytes


def framed(frame: Frame, ones: list[str], others: list[str]) -> bytes | None:
    """All rows; None when a text holds a NUL or half a surrogate pair, or there is no text."""
    try:
        raw = _BETWEEN.join(ones + others).encode()
    except UnicodeEncodeError:
        return None
    if raw.count(0) != 2 * len(ones) - 1:
        return None
    texts = _escaped(raw).split(b"\0")
    pieces = [frame.before, b"", frame.between, b"", frame.after] * len(ones)
    pieces[1::5] = texts[: len(ones)]
    pieces[3::5] = texts[len(ones) :]
    return b"".join(pieces)


def _escaped(raw: bytes) -> bytes:
    """As JSON has it, but for NUL."""
    escaped = raw.replace(b"\\", b"\\\\").replace(b'"', b'\\"')
    for code in set(raw.translate(None, _OTHERS)) - {0}:
        escaped = escaped.replace(bytes([code]), _ESCAPED.get(code, b"\\u%04x" % code))
    return escaped
