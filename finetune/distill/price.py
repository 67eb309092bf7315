"""What the tokens of a model cost: the running sum of a distillation."""

from typing import Any, NamedTuple

from finetune.distill.outcome import Effort, Outcome
from finetune.errors import InputError

MILLION = 1_000_000


class Price(NamedTuple):
    """Money for a million tokens sent, and for a million written; where and when that was read."""

    prompt: float
    completion: float
    currency: str = "USD"
    source: str = "--price"
    as_of: str | None = None

    def of(self, effort: Effort) -> float:
        """What it cost."""
        spent = self.prompt * effort.prompt_tokens + self.completion * effort.completion_tokens
        return spent / MILLION


class Prices(NamedTuple):
    """Of the teacher and, if there is one, of the judge; None where it is not known."""

    teacher: Price | None
    judge: Price | None
    judged: bool = False

    def cost(self, teacher: Effort, judge: Effort) -> dict[str, Any] | None:
        """The sum with its source, or None when a part of it is not known."""
        if self.teacher is None or (self.judged and self.judge is None):
            return None
        amount = self.teacher.of(teacher) + (self.judge.of(judge) if self.judge else 0.0)
        return {
            "amount": round(amount, 6),
            "currency": self.teacher.currency,
            "source": self.teacher.source,
            "as_of": self.teacher.as_of,
        }


class Running:
    """How a distillation stands: for the line that a person watches."""

    def __init__(self, prices: Prices, wanted: int) -> None:
        self.teacher, self.judge = Effort(), Effort()
        self.accepted = self.seen = 0
        self._prices = prices
        self._wanted = wanted

    def add(self, outcome: Outcome) -> None:
        """One more input is done with."""
        self.seen += 1
        self.accepted += outcome.accepted
        self.teacher = self.teacher.plus(outcome.teacher)
        self.judge = self.judge.plus(outcome.judge)

    @property
    def line(self) -> str:
        """Rows, how many inputs were accepted, calls, and what they cost."""
        cost = self._prices.cost(self.teacher, self.judge)
        tokens = sum(self.teacher[1:]) + sum(self.judge[1:])
        spent = f"{cost['amount']:.2f} {cost['currency']}" if cost else f"{tokens:,} tokens"
        rate = f"{self.accepted / self.seen:.0%} accepted, " if self.seen else ""
        return f"Teacher: {rate}{self.teacher.calls + self.judge.calls} calls, {spent}"


def parsed_price(text: str) -> Price:
    """`"0.40,1.60"`: US dollars for a million tokens sent and written. Raises InputError."""
    parts = text.split(",")
    try:
        prompt, completion = (float(part) for part in parts)
    except ValueError:
        raise InputError(f"--price {text!r} needs two numbers, such as 0.40,1.60") from None
    if not (0 <= prompt < float("inf") and 0 <= completion < float("inf")):
        raise InputError(f"--price {text!r} needs two prices of 0 or more")
    return Price(prompt, completion)
