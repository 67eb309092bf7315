"""One line of a file → the object it holds, or what is wrong with it. Nothing here raises.

The fast parser takes well-formed lines; a line that it refuses is read again, slowly, to say why.
"""

import json
from typing import Any

from pydantic_core import from_json

from finetune.check.codes import Finding

DEEPEST = 100
BOM = b"\xef\xbb\xbf"


class _Twice(ValueError):
    pass


class _NotANumber(ValueError):
    pass


def decoded(number: int, line: bytes | None) -> tuple[Any, list[Finding]]:
    """(the value, its errors); the value is None when the line holds nothing that can be used."""
    if not line:
        code = "line_too_long" if line is None else "empty_line"
        return None, [Finding(number, code)]
    try:
        return from_json(line, allow_inf_nan=False, cache_strings="keys"), []
    except ValueError:
        return _explained(number, line)


def repeats_a_key(line: bytes, keys: int) -> bool:
    """Whether a line whose value has `keys` keys in all holds one key of an object twice."""
    return not has_keys(line, keys) and isinstance(_strictly(line.decode(errors="replace")), _Twice)


def has_keys(lines: bytes, keys: int) -> bool:
    """Whether well-formed lines, whose values have `keys` keys in all, surely repeat none.

    Each key is written as a quotation mark and a colon: as many of these as keys, no key is lost.
    """
    return lines.count(b'":') == keys and b'" :' not in lines and b'"\t:' not in lines


def _explained(number: int, line: bytes) -> tuple[Any, list[Finding]]:
    if number == 1 and line.startswith(BOM):
        value, findings = decoded(number, line[len(BOM) :])
        return value, [Finding(number, "byte_order_mark"), *findings]
    if b"\0" in line:
        return None, [Finding(number, "nul_byte")]
    if not line.strip():
        return None, [Finding(number, "empty_line")]
    try:
        text = line.decode()
    except UnicodeDecodeError as error:
        return None, [Finding(number, "bad_utf8", f"byte {error.start + 1}")]
    return None, [_reason(number, _strictly(text))]


def _reason(number: int, why: Any) -> Finding:
    if isinstance(why, _NotANumber):
        return Finding(number, "not_a_number")
    if isinstance(why, RecursionError):
        return Finding(number, "too_deep")
    if isinstance(why, json.JSONDecodeError):
        return Finding(number, "bad_json", f"column {why.colno}")
    if isinstance(why, ValueError):  # a key twice, a number of thousands of digits
        return Finding(number, "duplicate_key" if isinstance(why, _Twice) else "bad_json")
    if _deep(why):
        return Finding(number, "too_deep")
    return Finding(number, "lone_surrogate")  # the one thing that the fast parser alone refuses


def _strictly(text: str) -> Any:
    """The value as Python's own parser reads it, or the error it raises."""
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_refused)
    except (ValueError, RecursionError) as error:
        return error


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) != len(pairs):
        raise _Twice
    return values


def _refused(_: str) -> None:
    raise _NotANumber


def _deep(value: Any) -> bool:
    levels, level = 0, [value]
    while level:
        levels += 1
        if levels > DEEPEST:
            return True
        level = [
            inner
            for outer in level
            if isinstance(outer, dict | list)
            for inner in (outer.values() if isinstance(outer, dict) else outer)
        ]
    return False
