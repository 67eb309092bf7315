"""Secrets and personal data in the examples: a quick look first, `redact` only where it may pay.

The quick look runs over the bytes of a whole batch, for what every key, address, login and number
that `redact` knows has in it.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import accumulate

from finetune.dataset.redact import redact

MOST_LOOKED_AT = 2_000  # texts that `redact` reads; it takes a fraction of a millisecond for each
_MARKS = tuple(
    mark.encode()
    for mark in (
        *("@", "_", "AKIA", "ASIA", "ABIA", "ACCA", "AIza", "ya29.", "SG.", "eyJ", "hooks.slack"),
        *("PRIVATE KEY", "api/webhooks", "1//0", "GOCSPX", "dapi", "hvs.", ":AA", "Q~", "?sig="),
    )
)
_HYPHENED = (
    b"sk-",
    b"gl",
    b"xox",
    b"xapp-",
    b"xwfp-",
    b"pypi-",
    b"key-",
    b"PMAK-",
    b"xai-",
    b"AGE-",
)
_LOGINS = (b"bearer ", b"passw", b"passphrase", b"authorization")  # however they are written
_JAPANESE = tuple(
    mark.encode()
    for mark in ("\uff20", "パスワード", "暗証番号", "シークレット", "トークン", "APIキー")
)
_NAMES = (b"secret", b"token", b"api")
_VALUE = re.compile(rb"[^\n]{0,30}?(?:[:=0-9]|\xef\xbc[\x9a\x9d])")  # follows a name, if it has one
_NUMBER = re.compile(rb"[0-9][0-9\-() .]{7,}[0-9]")  # of a phone or a card
_WIDE_NUMBER = re.compile(rb"\xef\xbc[\x90-\x99](?:[^a-z]{0,3}\xef\xbc[\x90-\x99]){8,}")
WIDEST = 60  # letters in which nine digits of a phone or a card stand


class Privacy:
    """Looks at texts until it has read enough of the doubtful ones; then `gave_up` is true."""

    def __init__(self) -> None:
        self.looked_at = 0
        self.gave_up = False

    def found(self, texts: Sequence[str]) -> list[int]:
        """The places of the texts that hold something to take out."""
        places = list(_doubtful("\n".join(texts).encode()))
        if not places:
            return []
        ends = list(accumulate(len(text.encode()) + 1 for text in texts))
        doubtful = {bisect_right(ends, at) for at in places}
        return [place for place in sorted(doubtful) if self._is_found(texts[place])]

    def _is_found(self, text: str) -> bool:
        if self.looked_at >= MOST_LOOKED_AT:
            self.gave_up = True
            return False
        self.looked_at += 1
        return redact(text) != text


def _doubtful(raw: bytes) -> Iterator[int]:
    """Where something may be that `redact` would take out."""
    for mark in (*_MARKS, *(_HYPHENED if b"-" in raw else ())):
        yield from _all(mark, raw)
    lower = raw.lower()
    for mark in _LOGINS:
        yield from _all(mark, lower)
    for name in _NAMES:
        yield from (at for at in _all(name, lower) if _VALUE.match(lower, at + len(name)))
    if _has_nine_digits_together(raw):
        yield from (found.start() for found in _NUMBER.finditer(raw))
    if not raw.isascii():
        for mark in _JAPANESE:
            yield from _all(mark, raw)
        yield from (found.start() for found in _WIDE_NUMBER.finditer(raw))


def _has_nine_digits_together(raw: bytes) -> bool:
    import numpy as np

    places = np.flatnonzero((np.frombuffer(raw, np.uint8) - np.uint8(48)) < 10)
    return bool(np.any(places[8:] - places[:-8] < WIDEST))


def _all(mark: bytes, raw: bytes) -> Iterator[int]:
    at = raw.find(mark)
    while at >= 0:
        yield at
        at = raw.find(mark, at + 1)
