"""Rules that an answer must keep, each of which says in words what is wrong with an answer.

A teacher model is told these words to improve its answer (`finetune distill`); an evaluation counts
how many answers keep the rule (`finetune evaluate --constraint`).
"""

import json
from dataclasses import dataclass
from math import ceil, floor
from pathlib import Path
from typing import Any, Literal, Protocol

from finetune.dataset.tokens import count_text
from finetune.errors import InputError

MATCH_SECONDS = 1.0  # a pattern that backtracks for ever is given up
LOOKED_AT = 200_000  # characters
ROUNDING = 1e-9


class Constraint(Protocol):
    """A rule about one answer."""

    def check(self, text: str) -> str | None:
        """What is wrong with `text`, as one would tell its writer; None when nothing is."""
        ...


@dataclass(frozen=True)
class Length:
    """So many characters (code points, without white space around the text) or tokens of `model`.

    `tolerance` is a share of `target`: 100 with 0.05 allows 95 to 105.
    """

    target: int
    tolerance: float = 0.0
    unit: Literal["characters", "tokens"] = "characters"
    model: str = ""

    def __post_init__(self) -> None:
        if self.target < 1 or not 0 <= self.tolerance <= 1:
            raise InputError("a length needs a target of at least 1 and a tolerance of 0 to 1")

    @property
    def bounds(self) -> tuple[int, int]:
        """The least and the greatest length that is allowed."""
        slack = self.target * self.tolerance
        return (
            ceil(self.target - slack - ROUNDING),
            floor(self.target + slack + ROUNDING),
        )

    def measure(self, text: str) -> int:
        """The length of `text` in `unit`."""
        bare = text.strip()
        return len(bare) if self.unit == "characters" else count_text(bare, self.model)

    def check(self, text: str) -> str | None:
        """How much too long or too short it is."""
        low, high = self.bounds
        length = self.measure(text)
        if low <= length <= high:
            return None
        wanted = f"{low} to {high}" if low < high else f"exactly {low}"
        change = f"shorten it by {length - self.target}" if length > high else ""
        change = change or f"lengthen it by {self.target - length}"
        return f"It has {length} {self.unit}, but {wanted} are wanted: {change}."


@dataclass(frozen=True)
class Lines:
    """At least `least` and at most `most` lines that are not blank; `most` absent: exactly `least`."""

    least: int
    most: int | None = None

    def __post_init__(self) -> None:
        if self.least < 1 or (self.most is not None and self.most < self.least):
            raise InputError("a number of lines needs at least 1, and no fewer at most")

    def check(self, text: str) -> str | None:
        """How many lines it has instead."""
        most = self.least if self.most is None else self.most
        count = sum(1 for line in text.splitlines() if line.strip())
        if self.least <= count <= most:
            return None
        wanted = f"{self.least} to {most}" if most > self.least else f"exactly {most}"
        return f"It has {count} lines that are not empty, but {wanted} are wanted."


@dataclass(frozen=True)
class Matches:
    """A regular expression found somewhere in the text (`^…$` for the whole of it).

    By the `regex` package, which tiktoken needs too: unlike `re` it can give up in time.
    """

    pattern: str

    def __post_init__(self) -> None:
        import regex

        try:
            regex.compile(self.pattern)
        except regex.error as error:
            raise InputError(f"{self.pattern!r} is no regular expression: {error}") from None

    def check(self, text: str) -> str | None:
        """That it does not match. Raises InputError for a pattern that takes for ever."""
        import regex

        try:
            found = regex.search(self.pattern, text[:LOOKED_AT], timeout=MATCH_SECONDS)
        except TimeoutError:
            raise InputError(
                f"the pattern {self.pattern!r} takes over a second to look for in one answer; "
                "write it without a repetition inside of a repetition"
            ) from None
        return None if found else f"It does not match the pattern {self.pattern}."


class JsonSchema:
    """One JSON value, and nothing around it, that is valid by a JSON Schema."""

    def __init__(self, schema: Any) -> None:
        """Raises InputError when `schema` is none, or jsonschema is not installed."""
        try:
            from jsonschema.exceptions import SchemaError
            from jsonschema.validators import validator_for
            from referencing import Registry
        except ImportError:
            raise InputError(
                "jsonschema is not installed; a JSON schema needs: pip install 'apprentice[toolkit]'"
            ) from None
        if not isinstance(schema, dict):
            raise InputError("the JSON schema cannot be used: it is no JSON object")
        kind = validator_for(schema)
        try:
            kind.check_schema(schema)
        except SchemaError as error:
            raise InputError(f"the JSON schema cannot be used: {error.message}") from None
        registry: Any = Registry()  # refers to nothing outside the file, and fetches nothing
        self._validator = kind(schema, registry=registry)

    @classmethod
    def read(cls, path: Path) -> "JsonSchema":
        """The schema in a file. Raises InputError."""
        try:
            return cls(json.loads(path.read_bytes()))
        except OSError as error:
            raise InputError(f"cannot read {path}: {error.strerror or error}") from None
        except (ValueError, RecursionError) as error:
            raise InputError(f"{path} is not JSON: {error}") from None

    def check(self, text: str) -> str | None:
        """Where the first difference is."""
        from jsonschema.exceptions import best_match
        from referencing.exceptions import Unresolvable

        try:
            value = json.loads(text, parse_constant=_no_json)
        except (ValueError, RecursionError) as error:
            return f"It is not JSON alone: {error}."
        try:
            fault = best_match(self._validator.iter_errors(value))
        except Unresolvable as error:
            raise InputError(
                f"the JSON schema refers to what is not in the file: {error}"
            ) from None
        return None if fault is None else f"At {fault.json_path}: {fault.message[:300]}."


def _no_json(name: str) -> None:
    msg = f"{name} is no JSON value"
    raise ValueError(msg)
