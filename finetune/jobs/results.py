"""A job's result file as a table: decoded, with its columns found by name.

OpenAI sends the CSV as base64, older jobs and other providers plainly. Chat jobs have `step,
train_loss, train_accuracy, valid_loss, valid_mean_token_accuracy`; the jobs of 2021 to 2023 `step,
elapsed_tokens, training_loss, training_token_accuracy, classification/accuracy, …`. Any may miss.
"""

import base64
import binascii
import csv
import io
import math
from typing import NamedTuple

from finetune.dataset.example import Frozen
from finetune.errors import InputError

STEP = "step"
LOSSES = (
    "train_loss", "training_loss", "valid_loss", "validation_loss", "full_valid_loss",
    "full_validation_loss",
)  # fmt: skip
ACCURACIES = (
    "train_accuracy", "train_mean_token_accuracy", "training_token_accuracy",
    "training_sequence_accuracy", "train_mean_reward",
    "valid_accuracy", "valid_mean_token_accuracy", "validation_token_accuracy",
    "validation_sequence_accuracy", "full_valid_mean_token_accuracy",
    "classification/accuracy", "classification/f1", "classification/precision",
    "classification/recall", "classification/auroc", "classification/auprc",
)  # fmt: skip


class Curve(NamedTuple):
    """One column over the steps at which it has a number."""

    name: str
    steps: list[float]
    values: list[float]


class Summary(Frozen):
    """One column in four numbers."""

    first: float
    last: float
    min: float
    max: float


class Results:
    """Rows as they were in the file, and the numbers in them."""

    def __init__(self, text: str) -> None:
        self.text = text
        table = csv.DictReader(io.StringIO(text))
        self.columns = [name.strip() for name in table.fieldnames or () if name is not None]
        self.rows = [
            {name.strip(): (cell or "").strip() for name, cell in row.items() if name is not None}
            for row in table
        ]

    def curve(self, column: str) -> Curve:
        """The column's numbers; a cell that is empty or no number is left out, -1 stays.

        Without a `step` the rows are counted.
        """
        steps, values = [], []
        for place, row in enumerate(self.rows, 1):
            value = number(row.get(column, ""))
            if value is not None:
                step = number(row.get(STEP, ""))
                steps.append(float(place) if step is None else step)
                values.append(value)
        return Curve(column, steps, values)

    def curves(self, wanted: tuple[str, ...]) -> list[Curve]:
        """Those of `wanted` that the file has, in its order; `classification/f1.0` is an `f1`."""
        found = [self.curve(name) for name in self.columns if _is_one_of(name, wanted)]
        return [curve for curve in found if curve.values]

    @property
    def summary(self) -> dict[str, Summary]:
        """Every column of numbers but the step."""
        curves = [self.curve(name) for name in self.columns if name != STEP]
        return {
            c.name: Summary(
                first=c.values[0], last=c.values[-1], min=min(c.values), max=max(c.values)
            )
            for c in curves
            if c.values
        }


def decoded(content: bytes) -> Results:
    """The table in a result file. Raises InputError when there is none."""
    plain = content.removeprefix(b"\xef\xbb\xbf").strip()
    if b"," not in plain:  # no CSV of several columns, whereas base64 never holds a comma
        try:
            plain = base64.b64decode(b"".join(plain.split()), validate=True)
        except binascii.Error:
            plain = content
    try:
        results = Results(plain.decode("utf-8-sig"))
    except (UnicodeDecodeError, csv.Error):
        raise InputError("the result file is no CSV, neither plain nor base64") from None
    if not results.columns:
        raise InputError("the result file is empty")
    if results.columns[0].startswith(("<", "{")):
        raise InputError("the result file is no CSV, neither plain nor base64")
    return results


def number(cell: str) -> float | None:
    """A finite number, or None."""
    try:
        value = float(cell)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _is_one_of(column: str, wanted: tuple[str, ...]) -> bool:
    """A beta behind an F-score (`f1.0`) does not matter."""
    return column in wanted or column.removesuffix(".0") in wanted
