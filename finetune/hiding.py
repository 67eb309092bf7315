"""The secrets of this process, so that nothing it says repeats them.

`settings.load` tells them; `discreet` takes them out of errors, logs and reports.
"""

import json
from collections.abc import Iterable
from urllib.parse import parse_qs, quote, unquote, urlsplit

SHORTEST = 8  # characters; a shorter one is a word that everybody uses
HIDDEN = "[secret]"
_known: set[str] = set()


def hide(secrets: Iterable[str]) -> None:
    """Remember what must not be said, as it is and as addresses, JSON and Python write it."""
    for secret in secrets:
        _known.update(form for form in _forms(secret) if len(form) >= SHORTEST)


def _forms(secret: str) -> Iterable[str]:
    yield from (secret, quote(secret, safe=""), unquote(secret))
    yield from (json.dumps(secret, ensure_ascii=ascii_only)[1:-1] for ascii_only in (True, False))
    yield repr(secret)[1:-1]
    yield repr(secret.encode(errors="replace"))[2:-1]


def passwords_of(address: str) -> list[str]:
    """In the address of a service, before its host or in its query; none in what is no address."""
    try:
        parts = urlsplit(address)
        return [parts.password or "", *parse_qs(parts.query).get("password", [])]
    except ValueError:
        return []


def without_own(text: str) -> str:
    """`text` with `[secret]` in the place of each secret of ours, the longest first."""
    for secret in sorted(_known, key=len, reverse=True):
        if secret in text:
            text = text.replace(secret, HIDDEN)
    return text
