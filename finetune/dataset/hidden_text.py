"""Finds text that hides from the eye: invisible characters, and encoded words.

Joiners and variation selectors are part of honest text: a zero-width joiner or non-joiner within Arabic
and Indic scripts and between the parts of an emoji, one variation selector behind a character, soft
hyphens within a word, a mark of direction in a text that has letters from right to left, the tags of
the three flags of England, Scotland and Wales.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator

_FORMAT = re.compile(
    "[\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb\u115f\u1160\u3164\uffa0"
    "\ufe00-\ufe0f\U000e0000-\U000e0fff]+"
)
_TAGS = re.compile("\U0001f3f4[\U000e0061-\U000e007a\U000e0030-\U000e0039]{2,8}\U000e007f")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_DIRECTIONS = frozenset("\u200e\u200f\u2066\u2067\u2068\u2069\u061c")
_JOINING = frozenset({"\u200c", "\u200d"})
_RUN = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{24,}={0,2}(?![A-Za-z0-9+/=_-])")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){16,}")
_ESCAPES = re.compile(r"(?:\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}){8,}")
LONG = 200  # letters of a run that no id or hash has
_DIGESTS = frozenset({32, 40, 56, 64, 96, 128})  # hexadecimal digits of the usual hashes


def invisible(text: str) -> Iterator[str]:
    """Runs of characters that nobody sees and that the text around them does not need."""
    if text.isascii():
        return
    from_right = any(unicodedata.bidirectional(letter) in _RIGHT_TO_LEFT for letter in text)
    bare = _TAGS.sub("\U0001f3f4", text)
    for run in _FORMAT.finditer(bare):
        before = bare[run.start() - 1] if run.start() else ""
        after = bare[run.end()] if run.end() < len(bare) else ""
        if not _needed(run.group(), before, after, from_right=from_right):
            yield run.group()


def _needed(run: str, before: str, after: str, *, from_right: bool) -> bool:
    if run == "\ufeff":
        return not before  # a mark of the order of bytes, left over from a file
    if set(run) <= _DIRECTIONS:
        return from_right
    if _is_selector(run):
        return bool(before) and not before.isspace()
    joiners = run.lstrip("\ufe0e\ufe0f")
    if len(joiners) == 1 and joiners in _JOINING:
        return _joins(before) and (joiners == "\u200c" or _joins(after))
    return False


def _is_selector(run: str) -> bool:
    return len(run) == 1 and ("\ufe00" <= run <= "\ufe0f" or "\U000e0100" <= run <= "\U000e01ef")


def _joins(letter: str) -> bool:
    """Whether a joiner has a meaning beside it: emoji, and scripts that join or stack letters."""
    if not letter:
        return False
    symbol = unicodedata.category(letter) in {"So", "Sk"} or letter in "*#\u2640\u2642"
    return (
        symbol
        or unicodedata.category(letter) in {"Mn", "Mc"}
        or ord(letter) in range(0x600, 0x1100)
    )


def encoded(text: str) -> Iterator[str]:
    """Runs of base64 or hexadecimal digits that decode to words, or are longer than any id."""
    for run in _RUN.finditer(text):
        found = run.group()
        if _HEX.fullmatch(found):
            if (len(found) not in _DIGESTS and len(found) > LONG) or _is_text(bytes.fromhex(found)):
                yield found
        elif not _is_words(found) and (len(found) > LONG or _is_text(_from_base64(found))):
            yield found
    yield from (run.group() for run in _ESCAPES.finditer(text) if not _is_link(text, run.start()))


def _is_link(text: str, at: int) -> bool:
    """Japanese in the address of a page is written so."""
    return (
        "://" in text[max(0, at - 512) : at].rsplit(maxsplit=1)[-1] if text[:at].strip() else False
    )


def _is_words(run: str) -> bool:
    """A path, a name with hyphens, AAAA…: letters alone in words, or one letter over and over."""
    parts = [part for part in re.split(r"[/_+=-]", run) if part]
    return len(set(run)) < 8 or all(
        part.isalpha() and (part.islower() or len(part) < 12) for part in parts
    )


def _from_base64(run: str) -> bytes:
    plain = run.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _is_text(raw: bytes) -> bool:
    """Whether these bytes are words: UTF-8 that prints, mostly letters and spaces."""
    try:
        found = raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    letters = sum(letter.isalpha() or letter == " " for letter in found)
    return (
        len(found) >= 8 and found.replace("\n", " ").isprintable() and letters >= 0.8 * len(found)
    )


def escaped(text: str) -> str:
    """As a curator can read it: what does not print is written as its number."""
    return "".join(
        c if c.isprintable() and not _FORMAT.match(c) else f"\\u{{{ord(c):x}}}" for c in text
    )
