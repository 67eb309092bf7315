"""Tokens, percentiles, epochs and money: each against a rule worked out by hand or by numpy."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest
import tiktoken
from hypothesis import given
from hypothesis import strategies as st

from finetune.check import file as checking
from finetune.check.distribution import Histogram
from finetune.check.messages import ROLES
from finetune.check.money import _table, default_epochs, given_price, model_known_as
from finetune.check.samples import PER_ROLE
from finetune.dataset.tokens import _encoding
from finetune.errors import InputError
from tests.unit.finetune.check.rows import TOOL, answer, call, chat, checked, dpo, user, written

QUESTIONS = ["How many days of leave?", "休暇は何日ですか？", "<|endoftext|>", "🔑 where?"]


def by_the_cookbook(encoding: tiktoken.Encoding, messages: list[dict[str, str]]) -> int:
    total = 3
    for message in messages:
        total += 3
        for key, value in message.items():
            total += len(encoding.encode(value, disallowed_special=())) + (key == "name")
    return total


def test_tokens_are_counted_as_the_cookbook_counts_them(tmp_path: Path) -> None:
    rows = [
        chat({"role": "system", "content": "Be brief."}, {**user(q), "name": "Chie"}, answer(q * n))
        for n, q in enumerate(QUESTIONS, 1)
    ]
    encoding = _encoding("o200k_base")
    totals = [by_the_cookbook(encoding, row["messages"]) for row in rows]
    answers = [
        len(encoding.encode(row["messages"][-1]["content"], disallowed_special=())) for row in rows
    ]
    found = checked(tmp_path, *rows)
    assert (found.tokens.total, found.tokens.max) == (sum(totals), max(totals))
    assert found.assistant_tokens.total == sum(answers)
    assert (found.messages.min, found.messages.max) == (3, 3)


def test_a_row_that_is_not_plain_is_counted_like_one_that_is(tmp_path: Path) -> None:
    plain = checked(tmp_path, chat(user("a b"), answer("c d e"), user("f"), answer("g h")))
    parts = {"role": "user", "content": [{"type": "text", "text": "a b"}]}
    other = checked(tmp_path, chat(parts, answer("c d e", weight=0), user("f"), answer("g h")))
    assert plain.tokens == other.tokens
    assert plain.assistant_tokens == other.assistant_tokens


def test_tools_and_calls_cost_tokens_and_are_called_estimates(tmp_path: Path) -> None:
    found = checked(tmp_path, chat(user(), call(), tools=[TOOL]))
    assert found.tokens.total > checked(tmp_path, chat(user(), call())).tokens.total
    assert found.assistant_tokens.total > 0
    assert "estimated_tokens" in {warning.code for warning in found.warnings}


def test_both_outputs_of_a_preference_are_learnt_from(tmp_path: Path) -> None:
    found = checked(tmp_path, dpo())
    assert found.format == "dpo"
    assert found.assistant_tokens.total == 2 + 2


@given(st.lists(st.integers(0, 5000), min_size=1, max_size=60))
def test_percentiles_are_numpys(values: list[int]) -> None:
    histogram = Histogram()
    histogram.add(np.array(values, np.int64))
    found = histogram.distribution()
    assert (found.total, found.min, found.max) == (sum(values), min(values), max(values))
    assert found.mean == pytest.approx(np.mean(values), abs=1e-3)
    for name, share in (("median", 50), ("p5", 5), ("p95", 95)):
        assert getattr(found, name) == pytest.approx(np.percentile(values, share), abs=1e-3)
    assert sum(count for _, _, count in histogram.bars(10)) == len(values)
    assert len(histogram.bars(10)) <= 10


@pytest.mark.parametrize(
    ("examples", "epochs"),
    [(1, 25), (4, 25), (10, 10), (33, 3), (34, 3), (50, 3), (8_333, 3), (8_334, 2), (30_000, 1)],
)
def test_epochs_follow_the_published_rule(examples: int, epochs: int) -> None:
    assert default_epochs(examples) == epochs


def test_ten_examples_are_billed_as_in_2023(tmp_path: Path) -> None:
    rows = [chat(user(f"Question {n}?"), answer("I am the captain!")) for n in range(10)]
    options = checking.Options(model="gpt-3.5-turbo-0613")
    found = checking.check_file(written(tmp_path, *rows), options)
    assert (found.epochs, found.vocabulary) == (10, "cl100k_base")
    assert found.billed_tokens == 10 * found.tokens.total
    assert found.training_cost is not None
    assert found.training_cost.amount == pytest.approx(8 * found.billed_tokens / 1e6)
    assert found.training_cost.as_of == "2023-08-22"
    assert found.longest_example == 4096


def test_an_example_over_the_limit_is_billed_up_to_it(tmp_path: Path) -> None:
    found = checked(tmp_path, chat(), chat(user("a " * 70_000), answer()), epochs=1)
    assert found.over_limit == 1
    assert found.billed_tokens == 65_536 + checked(tmp_path, chat()).tokens.total
    (warning,) = [warning for warning in found.warnings if warning.code == "over_limit"]
    assert warning.lines == (2,)


def test_a_given_price_outweighs_the_table_and_says_so(tmp_path: Path) -> None:
    price = given_price("training=2,input=1,output=4,currency=EUR")
    found = checked(tmp_path, chat(), price=price, epochs=2)
    assert found.training_cost is not None
    assert found.training_cost.amount == pytest.approx(2 * 2 * found.tokens.total / 1e6)
    assert (found.training_cost.currency, found.training_cost.source) == ("EUR", "--price")
    assert found.replies_cost is not None
    assert found.replies_cost.after is None
    asked, answered = found.tokens.mean - found.assistant_tokens.mean, found.assistant_tokens.mean
    assert found.replies_cost.before == pytest.approx(1000 * (asked + 4 * answered) / 1e6)
    assert given_price("25/1M").training == given_price("25").training == 25


@pytest.mark.parametrize("text", ["", "cheap", "training=x", "tax=3", "currency=euros", "-3"])
def test_a_price_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(InputError, match="25/1M"):
        given_price(text)


def test_an_unknown_price_is_said_and_never_guessed(tmp_path: Path) -> None:
    options = checking.Options(model="house-model")
    found = checking.check_file(written(tmp_path, chat()), options)
    assert found.training_cost is None
    assert {"unknown_price", "unknown_model", "unknown_limit"} <= {w.code for w in found.warnings}


def test_every_price_limit_and_date_has_a_source_and_a_date() -> None:
    table = _table()
    for name, entry in table["models"].items():
        known = model_known_as(f"ft:{name}:acme::9kQ")
        assert known.price is not None
        assert known.price.training is not None
        for fact in entry.values():
            told = [fact["source"], *([fact["base_source"]] if fact.get("input") else [])]
            for source in told:
                assert table["sources"][source]["url"].startswith("https://")
                assert date.fromisoformat((table["sources"][source]["as_of"] + "-01-01")[:10])
    assert model_known_as("gpt-4.1-mini") == model_known_as("gpt-4.1-mini-2025-04-14")
    assert model_known_as("babbage-002").price is None  # no dated page tells it


@pytest.mark.parametrize("name", ["o200k_base", "cl100k_base"])
def test_the_name_of_every_role_is_one_token(name: str) -> None:
    assert {len(_encoding(name).encode(role)) for role in ROLES} == {PER_ROLE}
