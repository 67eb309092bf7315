"""Finds links in text, and the host that each really leads to.

A browser goes to what follows the last `@` before the first slash, whatever stands before it looks
like: `https://docs.python.org@evil.example/`. A link whose host redaction took out leads nowhere.
"""

import re
from collections.abc import Iterator

_NO_DOMAIN = r"(?:[jt]sx?|json|ya?ml|toml|html?|css|txt|csv|xml|sql|log|pdf|png|jpe?g|git|egg|d)"
_REST = r"[^\s<>|\"'）」)\]]"
_LINK = re.compile(
    rf"(?i)(?:https?:|(?<![A-Za-z0-9_])(?:ftp|data|javascript):|(?<![A-Za-z0-9_:])//){_REST}{{2,512}}|"
    r"(?<![A-Za-z0-9_])www\.[A-Za-z0-9_.-]{3,128}|"
    # evil.example/login, never Node.js/React
    r"(?<![A-Za-z0-9_.@/\\-])(?!asp\.net/)(?:[A-Za-z0-9][A-Za-z0-9-]{0,62}\.){1,8}"
    rf"(?!{_NO_DOMAIN}[:/])[A-Za-z]{{2,24}}(?::\d{{1,5}})?/{_REST}{{0,512}}"
)
_SCHEME = re.compile(r"(?i)(?:[a-z]{2,10}:)?[/\\]{0,64}")
_LONGEST = 300  # letters before the first slash; no honest link has as many
_AUTHORITY = re.compile(rf"[^\s<>/]{{0,{_LONGEST}}}")
_TAKEN_OUT = re.compile(r"\[(?:host|ip|email|secret|token)\](?![A-Za-z0-9@_-]|\.[A-Za-z0-9])")
_HOST = re.compile(r"[^/\\:?#\s<>|\"'）」)\]]{1,300}")
_TEXT_BEHIND = re.compile(r"(?<=[a-z0-9])[\u3000-\u30ff\u4e00-\u9fff\uff01-\uff5e]+$")


def links(text: str) -> Iterator[tuple[str, str]]:
    """(link as it is written, host in small letters without `www.`) of each link in the text."""
    for found in _LINK.finditer(text):
        begin = _SCHEME.match(text, found.start())
        authority = _AUTHORITY.match(text, begin.end() if begin else found.start())
        host = _host(authority.group() if authority else "")
        if host is not None:
            end = max(found.end(), authority.end() if authority else 0)
            yield text[found.start() : end], host


def _host(authority: str) -> str | None:
    """None for what redaction took out; all of it where it is too long to be read."""
    if len(authority) >= _LONGEST:
        return authority
    last = authority.rpartition("@")[2]
    if _TAKEN_OUT.match(last):
        return None
    found = _HOST.match(last)
    name = (found.group() if found else last).casefold().rstrip(".,;!")
    return _TEXT_BEHIND.sub("", name).removeprefix("www.")
