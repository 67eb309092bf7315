"""In which encoding a text file is, and its lines in constant memory.

A byte order mark decides; else what the bytes are as UTF-8, UTF-16, CP932, EUC-JP or CP1252; else
what charset-normalizer says; else Latin-1, which takes any byte. A file that is UTF-8 apart from a
few bytes is a damaged UTF-8 file, not one in another encoding: each damaged place is read as
`DAMAGE`, a character that no text can hold, and the row with it is reported.
"""

import codecs
import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from finetune.errors import InputError
from finetune.files import LONGEST_LINE, unreadable

DAMAGE = "\udc80"
BLOCK = 1 << 20
SAMPLE = 1 << 16  # bytes from the first one that is not ASCII, enough to tell encodings apart
BUFFER = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_SAME = {"shift_jis": "cp932", "ascii": "utf-8", "utf-8-sig": "utf-8", "iso8859-1": "cp1252"}
_TYPOGRAPHIC = "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u20ac\u0153\u0152\u0161\u0160\u017e\u017d\u0178\u2022\u2122"
_OF_JSON = ("utf-16-le", "utf-16-be", "cp932", "euc_jp")
_HANDLER = "finetune-damage"
codecs.register_error(_HANDLER, lambda error: (DAMAGE, getattr(error, "end", 0)))


class Encoding(NamedTuple):
    """How the bytes of one file become text."""

    name: str
    """As Python names it: utf-8, utf-16-le, cp932, …"""
    detected: bool
    """False when the user said so."""
    mark: int = 0
    """Length of the byte order mark in bytes."""


def encoding_of(path: Path, wanted: str | None = None, *, is_json: bool = False) -> Encoding:
    """The encoding of a file: `wanted`, or what its bytes say. Raises InputError.

    JSON is UTF-8 by its standard: unless it is Japanese or UTF-16, bytes that are not are damage.
    """
    name = _known(wanted) if wanted else None
    try:
        with path.open("rb") as file:
            head = file.read(4)
            if head:
                head += file.read(BLOCK)
            for mark, marked in _MARKS:
                if head.startswith(mark) and (name is None or _family(name) == _family(marked)):
                    return Encoding(marked, name is None, len(mark))
            if name is not None:
                return Encoding(name, detected=False)
            while head.isascii() and b"\0" not in head and (more := file.read(BLOCK)):
                head = more
    except OSError as error:
        raise unreadable(path, error) from None
    guess = _guess(head)
    return Encoding("utf-8" if is_json and guess not in _OF_JSON else guess, detected=True)


@contextmanager
def opened(path: Path, encoding: Encoding) -> Iterator[tuple[io.TextIOWrapper, Callable[[], int]]]:
    """The text of a file with its line ends as they are, and how many of its bytes are read."""
    try:
        with path.open("rb", buffering=BUFFER) as binary:
            binary.seek(encoding.mark)
            with io.TextIOWrapper(binary, encoding.name, errors=_HANDLER, newline="") as text:
                yield text, lambda: 0 if binary.closed else binary.tell()
    except OSError as error:
        raise unreadable(path, error) from None
    except UnicodeError:
        raise InputError(f"{path} is not text in {encoding.name}; say --encoding") from None


def decoded(data: bytes) -> str:
    """A whole file as text, in whichever encoding it is; what is damaged becomes U+FFFD.

    No user is there to say the encoding: where the first guess leaves much damage, which other
    languages' bytes do to a Japanese one, a second opinion is asked.
    """
    for mark, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(name, "replace")
    text = data.decode(_guess(data[: BLOCK * 4]), "replace")
    beyond = sum(not letter.isascii() for letter in text[:SAMPLE])
    if text[:SAMPLE].count("\ufffd") * 50 > beyond:
        other = data.decode(_other(data[:SAMPLE]), "replace")
        if other.count("\ufffd") * 2 < text.count("\ufffd"):
            return other
    return text


def text_lines(text: io.TextIOWrapper) -> Iterator[str]:
    """The lines of an opened file with their ends; one over 50 million letters comes in pieces."""
    return iter(partial(text.readline, LONGEST_LINE), "")


def _known(wanted: str) -> str:
    try:
        io.TextIOWrapper(io.BytesIO(), wanted).close()  # refuses what encodes no text: base64
        name = codecs.lookup(wanted).name
    except (LookupError, ValueError):
        raise InputError(
            f"unknown encoding {wanted!r}; for example --encoding utf-8, utf-16, cp932 or euc-jp"
        ) from None
    return _SAME.get(name, name)


def _family(name: str) -> str:
    return name.removesuffix("-le").removesuffix("-be")


def _guess(block: bytes) -> str:
    if wide := _wide(block):
        return wide
    found = re.search(rb"[\x80-\xff]", block)
    if found is None:
        return "utf-8"
    sample = block[found.start() : found.start() + SAMPLE]
    well, badly = _utf8(sample)
    if well > badly * 4:
        return "utf-8"
    start = max(found.start() - 200, block.rfind(b"\n", 0, found.start()) + 1)
    around = block[start : found.start() + SAMPLE]
    scores = {name: score(around) for name, score in _SCORES.items()}
    best = max(scores, key=lambda name: scores[name])
    return best if scores[best] >= 0.6 else _other(around)


def _utf8(sample: bytes) -> tuple[int, int]:
    """(characters beyond ASCII that are UTF-8, places that are not); a cut at the end is neither."""
    text = codecs.getincrementaldecoder("utf-8")(_HANDLER).decode(sample)
    badly = text.count(DAMAGE)
    return sum(not letter.isascii() for letter in text) - badly, badly


def _wide(block: bytes) -> str | None:
    """UTF-16 without a mark: its NUL bytes stand on one side of each pair."""
    zeros = block.count(0)
    if not zeros:
        return None
    even = block[::2].count(0)
    name = "utf-16-be" if even > zeros - even else "utf-16-le"
    aside = min(even, zeros - even)
    if aside * 20 > zeros:
        return None
    if zeros * 5 >= len(block):
        return name
    well, badly = _utf8(block[:SAMPLE])
    if well >= badly or badly == 0:
        return None
    return name if _japanese(block[:SAMPLE], name) >= 0.8 else None


def _japanese(sample: bytes, name: str) -> float:
    """What share of the characters beyond ASCII are common Japanese ones, read as `name`."""
    text = codecs.getincrementaldecoder(name)(_HANDLER).decode(sample)
    letters = [letter for letter in text[:20_000] if not letter.isascii()]
    return sum(map(_common, letters)) / max(len(letters), 1)


def _common(letter: str) -> bool:
    """Kana, a sign, or a kanji of the first level of JIS X 0208: what Japanese is written with."""
    if "\u3000" <= letter <= "\u30ff" or "\uff01" <= letter <= "\uff5e":
        return True
    code = letter.encode("euc_jp", "ignore")
    return len(code) == 2 and (0xB0 <= code[0] <= 0xCF or 0xA1 <= code[0] <= 0xA8)


def _western(sample: bytes) -> float:
    """What share of the bytes beyond ASCII are letters among letters, or printers' quotes."""
    text = sample.decode("cp1252", "replace")
    runs = re.findall(r"[^\x00-\x7f]+", text)
    fitting = sum(
        len(run)
        for run in runs
        if len(run) <= 2 and all("\u00a0" <= c <= "\u00ff" or c in _TYPOGRAPHIC for c in run)
    )
    return 0.9 * fitting / max(sum(map(len, runs)), 1)


_SCORES: dict[str, Callable[[bytes], float]] = {
    "cp932": partial(_japanese, name="cp932"),
    "euc_jp": partial(_japanese, name="euc_jp"),
    "cp1252": _western,
}


def _other(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(sample[:BLOCK]).best()
    name = best.encoding if best is not None else "latin-1"
    return "cp1252" if name.startswith(("utf", "ascii")) else name
