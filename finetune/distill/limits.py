"""Ends a distillation that spends without an end, or without a result."""

from typing import NamedTuple

from finetune.distill.outcome import Outcome
from finetune.distill.price import Prices, Running
from finetune.errors import InputError


class Limits(NamedTuple):
    """Calls and money in all, kept ones included; inputs that may go by before the first row."""

    most_calls: int | None = None
    most_cost: float | None = None
    give_up: int = 20

    def usable(self, rates: Prices, running: Running) -> None:
        """Raises InputError for a limit in money where no price is known."""
        if self.most_cost is not None and rates.cost(running.teacher, running.judge) is None:
            raise InputError("--most-cost needs a price: give --price input=0.4,output=1.6")

    def keep(self, running: Running, rates: Prices, latest: Outcome) -> None:
        """Raises InputError when one of them is reached."""
        calls = running.teacher.calls + running.judge.calls
        if self.most_calls is not None and calls >= self.most_calls:
            raise InputError(f"{calls} calls were made: raise --most-calls to go on")
        cost = rates.cost(running.teacher, running.judge)
        if self.most_cost is not None and cost is not None and cost["amount"] >= self.most_cost:
            raise InputError(
                f"the calls cost {cost['amount']} {cost['currency']}: raise --most-cost to go on"
            )
        if self.give_up and not running.accepted and running.seen >= self.give_up:
            raise InputError(
                f"none of {running.seen} inputs was accepted; the last because: {latest.reason} "
                "Change the rules or the system prompt, or go on with --give-up 0"
            )
