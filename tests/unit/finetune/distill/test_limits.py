"""A distillation that is given up."""

import pytest

from finetune.distill.limits import Limits
from finetune.distill.outcome import Effort, Outcome
from finetune.distill.price import Running, prices
from finetune.errors import InputError

RATES = prices("t", None, "input=1,output=1")
UNKNOWN = prices("t", None, None)


def run(limits: Limits, accepted: bool, count: int) -> None:
    running = Running(RATES)
    for _ in range(count):
        effort = Effort(2, 500_000, 0)
        outcome = Outcome("a", (), None, None if accepted else "too long.", 1, 0, effort, Effort())
        running.add(outcome)
        limits.keep(running, RATES, outcome)


def test_twenty_inputs_without_a_row_are_enough_to_see_that_it_is_hopeless() -> None:
    run(Limits(), accepted=False, count=19)
    with pytest.raises(InputError, match=r"none of 20 inputs was accepted.*too long"):
        run(Limits(), accepted=False, count=20)
    run(Limits(give_up=0), accepted=False, count=30)
    run(Limits(), accepted=True, count=30)


def test_calls_and_money_can_be_limited() -> None:
    run(Limits(most_calls=7, most_cost=1.6), accepted=True, count=3)
    with pytest.raises(InputError, match="8 calls"):
        run(Limits(most_calls=7), accepted=True, count=4)
    with pytest.raises(InputError, match=r"cost 2\.0 USD"):
        run(Limits(most_cost=1.6), accepted=True, count=4)


def test_a_limit_in_money_needs_a_price() -> None:
    with pytest.raises(InputError, match="--price"):
        Limits(most_cost=1).usable(UNKNOWN, Running(UNKNOWN))
