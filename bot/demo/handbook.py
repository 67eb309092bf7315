"""The staff handbook of Hoshi Bakery, a made-up company, and what has changed since it was written.

Read from the two files beside this one; imported into the workspace's dataset by `play.py`, learnt by
the base model, asked and corrected by `tour.py`.
"""

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from finetune import Message

_FOLDER = Path(__file__).parent
HANDBOOK = _FOLDER / "handbook.jsonl"


@dataclass(frozen=True)
class Correction:
    """A fact of the handbook that is out of date: the tour teaches `new`."""

    question: str
    old: str
    new: str


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


def _lines(name: str) -> list[dict[str, object]]:
    text = (_FOLDER / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]
