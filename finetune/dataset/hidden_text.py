"""Finds text that hides from the eye: invisible characters, and encoded words.

Joiners and variation selectors are part of honest text: a zero-width joiner or non-joiner within Arabic
and Indic scripts and between the parts of an emoji, one selector behind a symbol, an ideograph or a sign
of mathematics, soft hyphens within a word, one mark of direction near a letter from right to left, a
blank within Braille, the tags of the three flags of England, Scotland and Wales.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterator

_FORMAT = re.compile(
    "[\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u2800\u3164"
    "\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff]+|\u00ad{2,}"
)
_TAGS = re.compile("\U0001f3f4[\U000e0061-\U000e007a\U000e0030-\U000e0039]{2,8}\U000e007f")
_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_DIRECTIONS = frozenset("\u200e\u200f\u2066\u2067\u2068\u2069\u061c")
_JOINING = frozenset({"\u200c", "\u200d"})
_SYMBOLS = frozenset({"So", "Sk", "Sm"})
_NEAR = 4  # letters; brackets and spaces stand between a mark of direction and what it is for
_VARIANTS = 6  # shapes of ideographs in one text; names have one or two
_RUN = re.compile(r"(?<![A-Za-z0-9+/_=-])[A-Za-z0-9+/_-]{24,}={0,2}(?![A-Za-z0-9+/=_-])")
_HEX = re.compile(r"(?:[0-9a-fA-F]{2}){16,}")
_ESCAPES = re.compile(r"(?:\\x[0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|%[0-9a-fA-F]{2}){8,}")
LONG = 200  # letters of a run that no id or hash has
_DIGESTS = frozenset({32, 40, 56, 64, 96, 128})  # hexadecimal digits of the usual hashes


def invisible(text: str) -> Iterator[str]:
    """Runs of characters that nobody sees and that the text around them does not need."""
    if text.isascii():
        return
    bare = _TAGS.sub("\U0001f3f4", text)
    variants: set[str] = set()
    for run in _FORMAT.finditer(bare):
        before = bare[max(run.start() - _NEAR, 0) : run.start()]
        after = bare[run.end() : run.end() + _NEAR]
        if "\U000e0100" <= run.group() <= "\U000e01ef":
            variants.add(before[-1:] + run.group())
        if len(variants) > _VARIANTS or not _needed(run.group(), before, after):
            yield run.group()


def _needed(run: str, before: str, after: str) -> bool:
    last, first = before[-1:], after[:1]
    if run == "\ufeff":
        return not before  # a mark of the order of bytes, left over from a file
    if run in _DIRECTIONS:
        return any(unicodedata.bidirectional(near) in _RIGHT_TO_LEFT for near in before + after)
    if run == "\u2800":
        return "\u2801" <= last <= "\u28ff" or "\u2801" <= first <= "\u28ff"
    if run == "\u034f":
        return all(near and unicodedata.category(near) == "Mn" for near in (last, first))
    if len(run) == 1 and run not in _JOINING:
        return bool(last) and _varies(last, run)
    joiner = run[1:] if run[0] in "\ufe0e\ufe0f" and _varies(last, run[0]) else run
    return joiner in _JOINING and _joins(last) and (joiner == "\u200c" or _joins(first))


def _varies(letter: str, selector: str) -> bool:
    """Whether Unicode has this kind of selector behind such a letter: emoji, maths, ideographs."""
    if selector in "\ufe0e\ufe0f":
        return _is_symbol(letter) or (
            letter != "" and letter in "0123456789#*\u203c\u2049\u2139\u3030"
        )
    ideograph = unicodedata.name(letter, "").startswith("CJK ") if letter else False
    if "\U000e0100" <= selector <= "\U000e01ef":
        return ideograph
    return "\ufe00" <= selector <= "\ufe02" and (ideograph or _is_symbol(letter))


def _is_symbol(letter: str) -> bool:
    return bool(letter) and not letter.isascii() and unicodedata.category(letter) in _SYMBOLS


def _joins(letter: str) -> bool:
    """Whether a joiner has a meaning beside it: emoji, and scripts that join or stack letters."""
    if not letter:
        return False
    return (
        _is_symbol(letter)
        or letter in "*#"
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
