"""What the tokens of a model cost: the running sum of a distillation."""

from typing import Any, NamedTuple

from finetune.check.money import MILLION, Price, given_price, model_known_as
from finetune.distill.outcome import Effort, Outcome
from finetune.errors import InputError


class Rate(NamedTuple):
    """Money for a million tokens sent, and for a million written; where and when that was read."""

    sent: float
    written: float
    price: Price

    def of(self, effort: Effort) -> float:
        """What it cost."""
        spent = self.sent * effort.prompt_tokens + self.written * effort.completion_tokens
        return spent / MILLION


class Prices(NamedTuple):
    """Of the teacher and, if there is one, of the judge; None where it is not known."""

    teacher: Rate | None
    judge: Rate | None
    judged: bool = False

    def cost(self, teacher: Effort, judge: Effort) -> dict[str, Any] | None:
        """The sum with its source, or None when a part of it is not known."""
        if self.teacher is None or (self.judged and self.judge is None):
            return None
        amount = self.teacher.of(teacher) + (self.judge.of(judge) if self.judge else 0.0)
        return {
            "amount": round(amount, 6),
            "currency": self.teacher.price.currency,
            "source": self.teacher.price.source,
            "as_of": self.teacher.price.as_of,
        }


class Running:
    """How a distillation stands: for the line that a person watches."""

    def __init__(self, rates: Prices) -> None:
        self.teacher, self.judge = Effort(), Effort()
        self.accepted = self.seen = 0
        self._rates = rates

    def add(self, outcome: Outcome) -> None:
        """One more input is done with."""
        self.seen += 1
        self.accepted += outcome.accepted
        self.teacher = self.teacher.plus(outcome.teacher)
        self.judge = self.judge.plus(outcome.judge)

    @property
    def line(self) -> str:
        """Rows, how many inputs were accepted, calls, and what they cost."""
        cost = self._rates.cost(self.teacher, self.judge)
        tokens = sum(self.teacher[1:]) + sum(self.judge[1:])
        spent = f"{cost['amount']:.2f} {cost['currency']}" if cost else f"{tokens:,} tokens"
        rate = f"{self.accepted / self.seen:.0%} accepted, " if self.seen else ""
        return f"Teacher: {rate}{self.teacher.calls + self.judge.calls} calls, {spent}"


def prices(teacher: str, judge: str | None, given: str | None) -> Prices:
    """As shipped for these models; `given` (as `--price` takes it) is the teacher's. Raises InputError."""
    of_teacher = _rate(given_price(given), teacher) if given else _shipped(teacher)
    if given and of_teacher is None:
        raise InputError(f"--price {given} needs both, such as input=0.4,output=1.6")
    of_judge = of_teacher if judge == teacher else _shipped(judge) if judge else None
    if of_teacher and of_judge and of_teacher.price.currency != of_judge.price.currency:
        of_judge = None  # sums of two currencies mean nothing
    return Prices(of_teacher, of_judge, judged=judge is not None)


def _shipped(model: str) -> Rate | None:
    price = model_known_as(model).price
    return _rate(price, model) if price else None


def _rate(price: Price, model: str) -> Rate | None:
    """A fine-tuned model (ft:…) has prices of its own."""
    sent, written = price.input, price.output
    if model.startswith("ft:"):
        sent = sent if price.tuned_input is None else price.tuned_input
        written = written if price.tuned_output is None else price.tuned_output
    return None if sent is None or written is None else Rate(sent, written, price)
