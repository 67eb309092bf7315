"""What is ordered of a teacher, as the options say it, and as it is written down beside the result."""

import json
import re
from collections.abc import Callable
from errno import ENAMETOOLONG
from pathlib import Path
from typing import Any, Literal

from finetune.dataset.example import Frozen
from finetune.distill.writing import Plan
from finetune.errors import InputError
from finetune.evaluation.constraint_text import parse
from finetune.evaluation.constraints import Constraint, JsonSchema, Length, Matches
from finetune.files import unreadable

_FILE_NAME = re.compile(r"\S+\.[a-z]{1,8}")  # no prompt ends like that


class Rules(Frozen):
    """What an answer must be."""

    length: int | None = None
    tolerance: float = 0.05
    unit: Literal["characters", "tokens"] = "characters"
    lines: str | None = None
    regex: tuple[str, ...] = ()
    json_schema: Path | None = None

    def constraints(self, model: str) -> list[Constraint]:
        """In the order in which the teacher is told; tokens are those of `model`."""
        found: list[Constraint] = []
        if self.length is not None:
            found.append(Length(self.length, self.tolerance, self.unit, model))
        if self.lines is not None:
            found.append(parse(f"lines={self.lines}"))
        found += [Matches(pattern) for pattern in self.regex]
        if self.json_schema is not None:
            found.append(JsonSchema.read(self.json_schema))
        return found

    def measure(self, model: str) -> Callable[[str], int]:
        """The length of an answer in the unit of the order."""
        return Length(self.length or 1, self.tolerance, self.unit, model).measure


class Order(Frozen):
    """Everything that decides the outcome. `system` and `criteria` are texts or names of files."""

    inputs: Path
    column: str | None = None
    teacher: str
    system: str | None = None
    rules: Rules
    judge: str | None = None
    criteria: str | None = None
    improve: int = 5
    tries: int = 5
    temperature: float = 0.7
    max_tokens: int | None = None
    train: int = 500
    test: int = 50
    seed: int = 0

    @property
    def wanted(self) -> int:
        """Rows in all."""
        return self.train + self.test

    def plan(self) -> Plan:
        """For the writer. Raises InputError for a rule or a file that cannot be used."""
        measure, target = self.rules.measure(self.teacher), self.rules.length
        return Plan(
            teacher=self.teacher,
            system=text_or_file(self.system),
            rules=self.rules.constraints(self.teacher),
            improve=self.improve,
            tries=self.tries,
            temperature=self.temperature,
            max_tokens=self.max_tokens,
            distance=lambda text: 0.0 if target is None else abs(measure(text) - target),
        )

    def written_down(self, inputs_key: str) -> dict[str, Any]:
        """As settings.json has it: files by what they hold, inputs by their texts and order."""
        schema = self.rules.json_schema
        rules = self.rules.model_dump(mode="json") | {
            "json_schema": json.loads(schema.read_bytes()) if schema else None
        }
        return self.model_dump(mode="json", exclude={"rules", "inputs"}) | {
            "inputs": inputs_key,
            "system": text_or_file(self.system),
            "criteria": text_or_file(self.criteria),
            **rules,
        }


def text_or_file(given: str | None) -> str | None:
    """What a file of that name holds, else the text itself; None for no text. Raises InputError."""
    if given is None or not given.strip():
        return None
    if "\n" in given or len(given) > 1000:
        return given
    path = Path(given)
    try:
        if path.is_file():
            return path.read_text(encoding="utf-8-sig").strip()
    except OSError as error:
        if error.errno == ENAMETOOLONG:  # a text, of over 255 bytes
            return given
        raise unreadable(path, error) from None
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text") from None
    if _FILE_NAME.fullmatch(given):
        raise InputError(f"{path} is not there")
    return given
