"""The staff handbook of Hoshi Bakery, a made-up company, and what has changed since it was written.

Read from the two files beside this one; imported into the workspace's dataset by `database.py`, learnt
by the base model, asked and corrected by `tour.py`, and on the page as `guide.py` tells.
"""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from finetune import Message

_FOLDER = Path(__file__).parent
_NUMBER = re.compile(r"[0-9]+")
HANDBOOK = _FOLDER / "handbook.jsonl"


@dataclass(frozen=True)
class Correction:
    """A fact of the handbook that is out of date."""

    question: str
    old: str
    new: str


@dataclass(frozen=True)
class Lesson:
    """What one tour teaches."""

    question: str
    answer: str


@cache
def rows() -> tuple[tuple[Message, ...], ...]:
    """Question and answer, each once."""
    return tuple(
        tuple(Message(**message) for message in row["messages"]) for row in _lines("handbook.jsonl")
    )


@cache
def corrections() -> tuple[Correction, ...]:
    """In the order in which a tour takes them."""
    return tuple(Correction(**row) for row in _lines("corrections.jsonl"))


def questions() -> tuple[str, ...]:
    """Everything the handbook answers."""
    return tuple(question.content for question, _ in rows())


def lesson(known: Mapping[str, str]) -> Lesson:
    """What to teach a model that answers the corrections' questions so: the first old fact.

    To a model that knows every change, the first fact changes once more: a day more, a year later.
    """
    for correction in corrections():
        if known[correction.question] == correction.old:
            return Lesson(correction.question, correction.new)
    first = corrections()[0]
    answer = known[first.question]
    later = _NUMBER.sub(lambda number: str(int(number[0]) + 1), answer)
    return Lesson(first.question, first.new if later == answer else later)


def _lines(name: str) -> list[dict[str, Any]]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
