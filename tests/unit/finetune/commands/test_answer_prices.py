"""Answers cost what the table says, or what the user does; an unknown price stays unknown."""

import pytest

from finetune.check.money import model_known_as
from finetune.commands.answer_prices import answer_prices, cost
from finetune.errors import InputError

TUNED = "ft:gpt-4.1-mini-2025-04-14:team::1"


def test_a_tuned_model_costs_more_than_its_base() -> None:
    base = TUNED.split(":")[1]
    prices = answer_prices((), (TUNED, base, "mine"))
    known = model_known_as(base).price
    assert known is not None
    before, after = cost(base, prices, 1_000_000, 0), cost(TUNED, prices, 1_000_000, 0)
    assert before is not None
    assert after is not None
    assert (before["amount"], after["amount"]) == (known.input, known.tuned_input)
    assert (after["currency"], after["source"]) == ("USD", known.source)
    assert cost("mine", prices, 1, 1) is None


def test_a_given_price_is_for_all_or_for_one() -> None:
    for text, theirs in (("input=1,output=2", 3.0), (f"{TUNED}:input=1,output=2", None)):
        prices = answer_prices((text,), (TUNED, "mine"))
        found = cost(TUNED, prices, 1_000_000, 1_000_000)
        assert found is not None
        assert (found["amount"], found["source"]) == (3.0, "--price")
        other = cost("mine", prices, 1_000_000, 1_000_000)
        assert (other and other["amount"]) == theirs


def test_unknown_tokens_are_an_unknown_cost() -> None:
    assert cost("m", answer_prices(("input=1,output=2",), ("m",)), None, 5) is None
    assert cost("m", answer_prices(("input=1",), ("m",)), 5, 5) is None


def test_a_price_that_cannot_be_read_is_refused() -> None:
    with pytest.raises(InputError, match="--price"):
        answer_prices(("cheap",), ("m",))
