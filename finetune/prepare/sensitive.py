"""Says quickly which texts `dataset.redact` might change, so that only those are given to it.

Redaction looks at a text with some thirty patterns and a telephone book; almost no text has anything
for it. Every pattern needs some letters that can be looked for in all texts of a batch at once: four
neighbouring bytes are looked up in four tables whose bits stand for groups of such letters, as in
Hyperscan's "Teddy", here with `bytes.translate` and numpy. What is found is only a candidate. Nothing
may be missed: a test holds this against `redact` itself, over texts made to be near misses.
"""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import numpy as np

BETWEEN = b"\xff"  # occurs in no UTF-8 text
DIGITS = 2  # the bit of ASCII digits
RUN, REACH = 6, 13  # digits of the shortest number, and bytes from one to the next at most

# What the patterns of `redact` cannot do without, as sets of neighbouring bytes. Each line is one bit;
# words on one line may mix, which only makes a few more candidates.
_NEEDLES: tuple[tuple[bytes, ...], ...] = (
    (b"@",),
    tuple(b"%d" % digit for digit in range(10)),
    (*(chr(code).encode() for code in (*range(0xFF10, 0xFF1A), 0xFF20)), b"xox", b"SG.", b"eyJ"),
    (),  # other scripts' digits and letters, below
    (
        b"sswo",
        b"sswd",
        b"sphr",
        b"bear",
        b"secr",
        b"toke",
        b"api ",
        b"api_",
        b"api-",
        b"apik",
        b"api\xe3",
    ),
    (
        b"sk_",
        b"sk-",
        b"rk_",
        b"pk_",
        b"hf_",
        b"ub_",
        b"pm_",
        b"ec_",
        b"hp_",
        b"ho_",
        b"hu_",
        b"hs_",
        b"hr_",
    ),
    (b"AKIA", b"ASIA", b"AIza", b"ya29", b"glpa", b"xapp", b"pypi"),
    # then \u30b9\u30ef, \u6697\u8a3c, \u30b7\u30fc and \u30c8\u30fc, from the byte that tells them apart
    (
        b"----",
        b"<mai",
        b"<tel",
        b"k.co",
        b"\xb9\xe3\x83\xaf",
        b"\xe6\x9a\x97\xe8",
        b"\xb7\xe3\x83\xbc",
        b"\x88\xe3\x83\xbc",
    ),
)
_FOLDED = 4  # the line whose letters are looked for in any case
# Where a decimal digit 0 of another script is (Unicode 16), and letters that equal s, k, i in any case.
_ZEROS = (
    *(0x660, 0x6F0, 0x7C0, 0x966, 0x9E6, 0xA66, 0xAE6, 0xB66, 0xBE6, 0xC66, 0xCE6, 0xD66, 0xDE6),
    *(0xE50, 0xED0, 0xF20, 0x1040, 0x1090, 0x17E0, 0x1810, 0x1946, 0x19D0, 0x1A80, 0x1A90, 0x1B50),
    *(0x1BB0, 0x1C40, 0x1C50, 0xA620, 0xA8D0, 0xA900, 0xA9D0, 0xA9F0, 0xAA50, 0xABF0),
)
_PLANE_1 = range(0x10000, 0x20000, 0x400)  # too many blocks to tell apart: emoji are candidates too
_LIKE_ASCII = "\u017f\u212a\u0130\u0131"

_PUNCTUATION = (
    r"[-x\u2010-\u2015\u2212\u30FC\uFF0D-\uFF0F \xA0\xAD\u200B\u2060\u3000()\uFF08\uFF09\uFF3B\uFF3D"
    r".\[\]/~\u2053\u223C\uFF5E]{0,4}"
)
# The shortest number in the telephone book has 6 digits after a plus sign, 9 as Japan writes it.
_NUMBER = re.compile(rf"\d(?:{_PUNCTUATION}\d){{8}}")
_ABROAD = re.compile(rf"[+\uff0b]{_PUNCTUATION}\d(?:{_PUNCTUATION}\d){{5}}")
_WORD = re.compile(
    r"[@\uff20]|(?:[srp]k|hf|whsec|gh[pousr]|github_pat|npm)_|A[KS]IA|AIza|ya29|glpat|xox|xapp|pypi"
    r"|SG\.|sk-|eyJ|-----BEGIN|hooks\.slack|<mailto|<tel"
    r"|(?i:passw|passphrase|bearer|secret|api[ _-]?key|APIキー|token|パスワ|暗証番号|シークレ|トーク)"
)


class _Tables(NamedTuple):
    """For each of four neighbouring bytes: byte → the bits of the lines that may have it there."""

    at: tuple[bytes, bytes, bytes, bytes]


def suspicious(texts: Sequence[str]) -> list[int]:
    """Indexes of the texts that `redact` may change; it leaves all others as they are."""
    import numpy as np

    encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
    buffer = BETWEEN.join(encoded)
    if not buffer:
        return []
    found = _found(buffer)
    lengths = np.fromiter(map(len, encoded), np.int64, len(encoded))
    starts = np.cumsum(lengths + 1) - lengths - 1
    positions = np.flatnonzero(found)
    bits = found[positions]
    digits = positions[(bits & DIGITS) != 0]
    close = digits[: -RUN + 1][digits[RUN - 1 :] - digits[: -RUN + 1] <= (RUN - 1) * REACH]
    worded = _rows(starts, positions[(bits & ~np.uint8(DIGITS)) != 0])
    numbered = np.union1d(worded, _rows(starts, close)).tolist()
    found_rows = {row for row in numbered if _has_number(texts[row])}
    return sorted(found_rows.union(row for row in worded.tolist() if _WORD.search(texts[row])))


def _has_number(text: str) -> bool:
    if _NUMBER.search(text):
        return True
    return ("+" in text or "\uff0b" in text) and _ABROAD.search(text) is not None


def _rows(starts: "np.ndarray", positions: "np.ndarray") -> "np.ndarray":
    import numpy as np

    return np.unique(np.searchsorted(starts, positions, side="right") - 1)


def _found(buffer: bytes) -> "np.ndarray":
    """Per byte, the bits of the lines of which something begins there."""
    import numpy as np

    padded = buffer + b"\xff\xff\xff"
    first, *others = (np.frombuffer(padded.translate(t), np.uint8) for t in _tables().at)
    found = first[: len(buffer)].copy()
    for distance, other in enumerate(others, start=1):
        found &= other[distance : distance + len(buffer)]
    return found


_made: list[_Tables] = []


def _tables() -> _Tables:
    if not _made:
        bits = [[0] * 256 for _ in range(4)]
        for number, needles in enumerate(_NEEDLES):
            for needle in needles:
                _mark(bits, needle, 1 << number)
                if number == _FOLDED:
                    _mark(bits, needle.upper(), 1 << number)
        for zero in _ZEROS:
            for digit in range(10):
                _mark(bits, chr(zero + digit).encode(), 1 << 3)
        for code in (*_PLANE_1, *map(ord, _LIKE_ASCII)):
            whole = chr(code).encode()
            _mark(bits, whole[:2] if code >= 0x10000 else whole, 1 << 3)
        _made.append(_Tables(tuple(bytes(column) for column in bits)))  # type: ignore[arg-type]
    return _made[0]


def _mark(bits: list[list[int]], spelled: bytes, bit: int) -> None:
    for place in range(4):
        if place < len(spelled):
            bits[place][spelled[place]] |= bit
        else:
            bits[place] = [known | bit for known in bits[place]]
