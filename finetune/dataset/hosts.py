"""Takes internal host names and private addresses of machines out of text.

Internal is what no public resolver knows: names under `.internal`, `.local`, `.lan`, `.intranet`,
`.corp`, `.home.arpa` (RFC 8375, RFC 6762, ICANN's reserved names), names with such a label inside
(`db01.corp.example`), and numbered servers by their task (`mail01.example.com`). Public sites stay; so
does code that reads alike: `threading.local`, `db1.users.find()`, `webpack.prod.config.js`.
Private addresses are those of RFC 1918, RFC 4193 and link-local ones; addresses reserved for
documentation and version numbers stay.
"""

import ipaddress
import re

_LABEL = r"[A-Za-z0-9][A-Za-z0-9_-]{0,62}"
_STARTS = r"(?:(?<=//)|(?<=@)|(?<![A-Za-z0-9_.@/\\-]))"
_ENDS = r"(?![A-Za-z0-9_-]|\.[A-Za-z0-9])"
_ZONES = "internal|local|lan|intranet|corp|localdomain|home\\.arpa"
_INSIDE = r"corp|intra|intranet|internal|lan|prod|stg|staging"
_TASKS = (
    "db|pg|postgres|mysql|redis|cache|kafka|mongo|web|app|api|mail|smtp|imap|mx|dns|ns|ntp|vpn|proxy|gw|"
    "fw|sw|node|srv|server|host|ldap|ad|dc|nas|file|fs|build|ci|jenkins|k8s|worker|bastion|mon|log|"
    "backup|print|printer|esx|hv|oven"
)
_HOST = re.compile(
    rf"{_STARTS}(?!www\.|docs\.)(?:"
    rf"(?:{_LABEL}\.){{1,8}}(?:{_ZONES}|{_ZONES.upper()})"
    rf"|(?:{_LABEL}\.){{1,5}}(?:{_INSIDE})(?:\.{_LABEL}){{0,4}}\.[a-z]{{2,24}}"
    rf"|(?:{_TASKS})-?\d{{1,4}}(?:\.{_LABEL}){{1,6}}\.[a-z]{{2,24}}"
    rf"){_ENDS}"
)
# What names of machines end in, where they are not called by `//`, `@` or a command. No file ends so,
# and hardly any attribute of an object does.
_ENDINGS = re.compile(
    "com|net|org|edu|gov|mil|biz|io|dev|cloud|tech|systems|network|example|invalid|corp|lan|intranet|"
    "localdomain|arpa|jp|uk|us|de|fr|nl|ch|au|ca|cn|kr|tw|hk|sg|eu|es|it|se|no|fi|dk|pl|be|br|mx|nz|ie|"
    "cz|ru|ua|tr|za|at|pt|gr|hu|ro|th|vn|ph|my|il|ae|sa|ar|cl|pe|asia|tokyo|berlin|london|travel"
)
_OF_CODE = frozenset({"local", "internal"})
_FILE = re.compile(
    r"(?i)\.(?:[jt]sx?|py|ya?ml|json|toml|ini|conf|cfg|env|sh|md|txt|html?|css|sql|log)$"
)
_CALLED = re.compile(
    r"(?i)(?://|@|(?<![a-z])(?:ssh|scp|ping6?|telnet|curl|nslookup|dig|traceroute) )$"
)
_IPV4 = re.compile(
    r"(?<![\w.-])(?:10\.\d{1,3}|172\.(?:1[6-9]|2\d|3[01])|192\.168|169\.254)(?:\.\d{1,3}){2}(?!\w|\.\d|-[A-Za-z])",
    re.ASCII,
)
_IPV6 = re.compile(r"(?i)(?<![0-9a-z:.])f(?:[cd][0-9a-f]{2}|e[89ab][0-9a-f]):[0-9a-f:]{2,35}")
_SHARE = re.compile(r"(?<![\w\\])(\\\\|smb://)[A-Za-z0-9][A-Za-z0-9_.-]{0,62}(?=[\\/])", re.ASCII)
_VERSION = re.compile(
    r"(?i)(?:(?<![A-Za-z0-9_])v|ver|version|firmware|build|release|section|chapter|§|バージョン|ファームウェア|第)"
    r"[\s.:\uff1aはがをの]{0,3}$"
)
MARKS = (  # one of these stands in every text that changes here
    r"[A-Za-z0-9_-]\.(?:internal|local|lan|intra|corp|home\.arpa|INTERNAL|LOCAL|LAN|INTRA|CORP|HOME)",
    r"[A-Za-z0-9_-]\.(?:lan|prod|stg|staging)\.|[a-z8]-?[0-9]{1,4}\.[A-Za-z0-9][A-Za-z0-9_-]*\.[A-Za-z0-9]",
    r"10\.[0-9]{1,3}\.[0-9]|172\.[123][0-9]\.[0-9]|192\.168\.[0-9]|169\.254\.[0-9]",
    r"\\\\|smb://",
    r"[fF](?:[cdCD][0-9a-fA-F]{2}|[eE][89abAB][0-9a-fA-F]):",
)


def without_machines(text: str) -> str:
    """`text` with `[host]` and `[ip]`."""
    text = _SHARE.sub(r"\1[host]", _HOST.sub(_internal, text))
    text = _IPV4.sub(lambda found: _private(found, text), text)
    return _IPV6.sub(_unique_local, text)


def _internal(found: re.Match[str]) -> str:
    name, text = found.group(), found.string
    before, after = (
        text[max(0, found.start() - 16) : found.start()],
        text[found.end() : found.end() + 1],
    )
    return "[host]" if _is_machine(name, before, after) else name


def _is_machine(name: str, before: str, after: str) -> bool:
    if _CALLED.search(before):
        return not _FILE.search(name)
    if after in {"(", "["}:
        return False
    last = name.rsplit(".", 1)[-1].lower()
    if last in _OF_CODE:
        return any(letter.isdigit() or letter == "-" for letter in name)
    return _ENDINGS.fullmatch(last) is not None


def _private(found: re.Match[str], text: str) -> str:
    parts = [int(part) for part in found.group().split(".")]
    before = text[max(0, found.start() - 16) : found.start()]
    if max(parts) > 255 or _VERSION.search(before):
        return found.group()
    return "[ip]"


def _unique_local(found: re.Match[str]) -> str:
    written = found.group().rstrip(":")
    try:
        ipaddress.IPv6Address(written)
    except ValueError:
        return found.group()
    return "[ip]" + found.group()[len(written) :]
