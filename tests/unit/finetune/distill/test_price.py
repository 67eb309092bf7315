"""What a distillation costs, and what is said of it while it runs."""

import pytest

from finetune.distill.outcome import Effort
from finetune.distill.price import Running, prices
from finetune.errors import InputError

SPENT = Effort(2, 1_000_000, 500_000)
NOTHING = Effort()


def test_a_given_price_is_the_teacher_s() -> None:
    cost = prices("any", None, "input=2,output=4,currency=EUR").cost(SPENT, NOTHING)
    assert cost is not None
    assert (cost["amount"], cost["currency"], cost["source"]) == (4.0, "EUR", "--price")


def test_a_shipped_price_has_its_source_and_date() -> None:
    cost = prices("gpt-4.1-mini-2025-04-14", None, None).cost(SPENT, NOTHING)
    assert cost is not None
    assert cost["amount"] > 0
    assert cost["source"].startswith("https://")
    assert cost["as_of"]


def test_a_fine_tuned_teacher_has_a_price_of_its_own() -> None:
    base = prices("gpt-4.1-mini-2025-04-14", None, None).cost(SPENT, NOTHING)
    tuned = prices("ft:gpt-4.1-mini-2025-04-14:us::1", None, None).cost(SPENT, NOTHING)
    assert base is not None
    assert tuned is not None
    assert tuned["amount"] > base["amount"]


def test_an_unknown_price_is_no_guess() -> None:
    assert prices("homemade", None, None).cost(SPENT, NOTHING) is None
    assert prices("t", "homemade", "input=1,output=1").cost(SPENT, SPENT) is None
    assert "1,500,000 tokens" in _line(Running(prices("homemade", None, None)))


def test_half_a_price_is_refused() -> None:
    with pytest.raises(InputError, match="needs both"):
        prices("t", None, "input=1")


def _line(running: Running) -> str:
    running.teacher = SPENT
    return running.line
