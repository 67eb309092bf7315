"""The rows of a job as tokens, checked: what is too long or cannot be masked is told by its line.

Rows come from the job's files; the datasets made here go to trl, which then has nothing to cut.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from finetune.trainer.engine import Conversation, Preference, Row, UnusableRows
from finetune.trainer.peft_engine.dialogue import Dialogues, TokenRow


@dataclass(frozen=True)
class Pair:
    """One prompt with two answers, each as tokens."""

    prompt: tuple[int, ...]
    chosen: tuple[int, ...]
    rejected: tuple[int, ...]

    @property
    def size(self) -> int:
        """Tokens of the longer side."""
        return len(self.prompt) + max(len(self.chosen), len(self.rejected))

    @property
    def highest(self) -> int:
        """The highest token id."""
        return max((*self.prompt, *self.chosen, *self.rejected))

    @property
    def last(self) -> int:
        """The token that the preferred answer ends with."""
        return self.chosen[-1]

    def document(self) -> dict[str, list[int]]:
        """The row as trl's DPOTrainer has it after its own tokenising."""
        return {
            "prompt_ids": list(self.prompt),
            "chosen_ids": list(self.chosen),
            "rejected_ids": list(self.rejected),
        }


@dataclass(frozen=True)
class Taught:
    """One conversation as tokens."""

    row: TokenRow

    @property
    def size(self) -> int:
        """Tokens, prompt and answers."""
        return len(self.row.ids)

    @property
    def highest(self) -> int:
        """The highest token id."""
        return max(self.row.ids)

    @property
    def last(self) -> int:
        """The token that the last answer ends with."""
        return self.row.ids[-1]

    def document(self) -> dict[str, list[int]]:
        """The row as trl's SFTTrainer takes it when it is tokenised already."""
        return {"input_ids": list(self.row.ids), "labels": self.row.labels}


Unit = Taught | Pair


@dataclass(frozen=True)
class Material:
    """What is trained on and what is only looked at."""

    train: tuple[Unit, ...]
    validation: tuple[Unit, ...]
    stops: bool

    @property
    def longest(self) -> int:
        """Tokens of the longest row."""
        return max(unit.size for unit in (*self.train, *self.validation))

    @property
    def highest(self) -> int:
        """The highest token id."""
        return max(unit.highest for unit in (*self.train, *self.validation))

    @property
    def tokens(self) -> int:
        """Tokens of one epoch."""
        return sum(unit.size for unit in self.train)


def read_material(
    dialogues: Dialogues,
    rows: Sequence[Row],
    validation: Sequence[Row],
    limit: int,
    ends: Sequence[int],
) -> Material:
    """All rows as tokens, at most `limit` each. Raises UnusableRows at the first bad line."""
    train = _units(dialogues, rows, limit, "training_file")
    held_out = _units(dialogues, validation, limit, "validation_file")
    if not train:
        raise UnusableRows("No message of the training file is to be learnt: all weights are 0.")
    stops = all(_stops(dialogues, unit, ends) for unit in train)
    return Material(train, held_out, stops)


def _stops(dialogues: Dialogues, unit: Unit, ends: Sequence[int]) -> bool:
    if isinstance(unit, Pair):
        return any(i in ends for i in unit.chosen)
    return dialogues.stops(unit.row, ends)


def _units(dialogues: Dialogues, rows: Sequence[Row], limit: int, param: str) -> tuple[Unit, ...]:
    found: list[Unit] = []
    for line, row in enumerate(rows, start=1):
        for unit in _at(line, param, lambda row=row: _unit(dialogues, row)):  # type: ignore[misc]
            if unit.size > limit:
                raise _refused(
                    f"Line {line} has {unit.size} tokens; at most {limit} fit. Shorten it, or "
                    "raise lora.max_length where the model reads more.",
                    param,
                )
            found.append(unit)
    return tuple(found)


def _at(line: int, param: str, make: Callable[[], list[Unit]]) -> list[Unit]:
    try:
        return make()
    except UnusableRows as error:
        raise _refused(f"Line {line}: {error}", param) from error


def _refused(message: str, param: str) -> UnusableRows:
    refusal = UnusableRows(message)
    refusal.param = param
    return refusal


def _unit(dialogues: Dialogues, row: Row) -> list[Unit]:
    if isinstance(row, Preference):
        return [_pair(dialogues, row)]
    assert isinstance(row, Conversation)  # noqa: S101
    return [Taught(tokens) for tokens in dialogues.rows(row)]


def _pair(dialogues: Dialogues, row: Preference) -> Pair:
    chosen = dialogues.answer(row.prompt, row.chosen)
    rejected = dialogues.answer(row.prompt, row.rejected)
    # A token may reach over the border, so the prompts are equal only as far as they are.
    border = min(chosen.learnt.index(True), rejected.learnt.index(True))
    while chosen.ids[:border] != rejected.ids[:border]:
        border -= 1
    if chosen.ids[border:] == rejected.ids[border:]:
        raise UnusableRows("the preferred answer and the other one are the same.")
    return Pair(chosen.ids[:border], chosen.ids[border:], rejected.ids[border:])


def dataset_of(units: Sequence[Unit]) -> Any:
    """The rows as a dataset of the library `datasets`, in memory."""
    from datasets import Dataset

    return Dataset.from_list([unit.document() for unit in units])
