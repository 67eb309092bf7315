"""Reads constraints as a person types them: `length=100±5%`, `lines=3`, `regex=…`, `json-schema=FILE`."""

import re
from pathlib import Path
from typing import Literal

from finetune.errors import InputError
from finetune.evaluation.constraints import Constraint, JsonSchema, Length, Lines, Matches

GOOD = "length=100±5%, tokens=200±10%, lines=3, lines=2-4, regex=^Yes, json-schema=FILE"
_LENGTH = re.compile(r"(\d{1,9})(?:(?:±|\+-|\+/-|~)(\d{1,9}(?:\.\d{1,9})?)(%?))?")
_RANGE = re.compile(r"(\d{1,9})(?:-(\d{1,9}))?")


def parse(text: str, model: str = "") -> Constraint:
    """One constraint; tokens are counted as `model` counts them. Raises InputError.

    After ± comes a share of the target (`5%`) or a number (`5`); without ±, nothing else will do.
    """
    name, separator, value = text.partition("=")
    match name.strip() if separator else "":
        case "length":
            return _length(text, value, "characters", model)
        case "tokens":
            return _length(text, value, "tokens", model)
        case "lines":
            return _lines(text, value)
        case "regex":
            return Matches(value)
        case "json-schema":
            return JsonSchema.read(Path(value.strip()))
    raise _unknown(text)


def _length(text: str, value: str, unit: Literal["characters", "tokens"], model: str) -> Length:
    found = _LENGTH.fullmatch(value.replace(" ", ""))
    if found is None or not int(found[1]):
        raise _unknown(text)
    target, slack = int(found[1]), float(found[2] or 0)
    return Length(target, slack / 100 if found[3] else slack / target, unit, model)


def _lines(text: str, value: str) -> Lines:
    found = _RANGE.fullmatch(value.replace(" ", ""))
    if found is None:
        raise _unknown(text)
    return Lines(int(found[1]), int(found[2]) if found[2] else None)


def _unknown(text: str) -> InputError:
    return InputError(f"{text!r} is no constraint; good ones: {GOOD}")
