"""What a genuine delivery says, or that it cannot be read; Bolt gets only what can.

Slack posts JSON (events) or a form (commands; interactions as JSON in its field `payload`). Python's
parser takes more than JSON allows, and some of that could be neither stored nor sent on.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl

from bot.slack.genuine import Headers, Refusal

JSON, FORM = "application/json", "application/x-www-form-urlencoded"
FIELDS = 100  # of a form; a command has about fifteen
DEPTH = 200  # of lists and objects in each other; Slack's deepest, rich text, stays below thirty
_ESCAPED = re.compile(r"\\u[dD][89a-fA-F]")  # half of a character: harmless only beside the other
_BROKEN = re.compile(r"%(?![0-9a-fA-F]{2})")


class Unreadable(ValueError):
    """Raised when a body is not what Slack posts; its text says why, and quotes nothing."""


def readable(headers: Headers, body: bytes) -> Mapping[str, Any] | Refusal:
    """What it says; 415 for another content type, 400 for what is no JSON object and no form."""
    kind = _kind(headers.getlist("content-type"))
    if kind not in (JSON, FORM):
        return Refusal(415, "neither JSON nor a form")
    try:
        return read(kind, body.decode())
    except (Unreadable, UnicodeDecodeError) as error:
        return Refusal(400, str(error) if isinstance(error, Unreadable) else "not UTF-8")


def is_form(headers: Headers) -> bool:
    """Whether it is a command or an interaction."""
    return _kind(headers.getlist("content-type")) == FORM


def read(kind: str, body: str) -> Mapping[str, Any]:
    """The event, the interaction or the fields of the command. Raises Unreadable."""
    if kind == JSON:
        return _object(body)
    fields = _fields(body)
    return _object(fields["payload"]) if "payload" in fields else fields


def _kind(given: Sequence[str]) -> str:
    return given[0].partition(";")[0].strip().lower() if len(given) == 1 else ""


def _fields(body: str) -> dict[str, str]:
    if not body or body.lstrip().startswith(("{", "[")) or _BROKEN.search(body):
        raise Unreadable("no form")
    try:
        pairs = parse_qsl(
            body,
            keep_blank_values=True,
            strict_parsing=True,
            max_num_fields=FIELDS,
            errors="strict",
        )
    except ValueError:  # also where the bytes behind the percent signs are no UTF-8
        raise Unreadable("no form") from None
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise Unreadable("a field is given twice")
    return fields


def _object(text: str) -> Mapping[str, Any]:
    try:
        found = json.loads(text, parse_constant=_no_number)
    except (ValueError, RecursionError):
        raise Unreadable("no JSON") from None
    if not isinstance(found, dict):
        raise Unreadable("no JSON object")
    if _too_deep(found):
        raise Unreadable("too deep")
    if _ESCAPED.search(text) and not _whole(found):
        raise Unreadable("half a character")
    return found


def storable(said: object) -> bool:
    """Whether what was parsed elsewhere, as in Socket Mode, can be stored and sent on."""
    return not _too_deep(said) and _whole(said)


def _no_number(name: str) -> None:
    raise Unreadable(f"no JSON: {name}")


def _too_deep(found: object) -> bool:
    """Level by level: what recurses over it later, as the JSON encoder does, has its limit too."""
    level: list[Any] = [found]
    for _ in range(DEPTH):
        level = [
            inner
            for each in level
            for inner in (each.values() if isinstance(each, dict) else each)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _whole(found: object) -> bool:
    """Whether every string can be written as UTF-8."""
    try:
        json.dumps(found, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return False
    return True
