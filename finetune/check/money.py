"""What training costs and what replies cost before and after: prices with their date and source.

The prices ship beside this in `prices.json`, each with the page it is from, the date of that page and
where it was seen; `--price` outweighs them. What has no source is absent, never a guess.
"""

import json
import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from finetune.dataset.example import Frozen
from finetune.errors import InputError

MILLION = 1_000_000
REPLIES = 1_000
TARGET_EPOCHS, LEAST_EPOCHS, MOST_EPOCHS = 3, 1, 25
LEAST_TARGET, MOST_TARGET = 100, 25_000  # examples times epochs, by OpenAI's cookbook
_RATES = ("training", "input", "output", "tuned_input", "tuned_output")
_GIVEN = re.compile(r"(\d+(?:\.\d+)?)(?:/1M)?\Z", re.IGNORECASE)


class Price(Frozen):
    """Per 1,000,000 tokens; None: not known."""

    training: float | None = None
    input: float | None = None
    output: float | None = None
    tuned_input: float | None = None
    tuned_output: float | None = None
    currency: str = "USD"
    source: str
    as_of: str


class Cost(Frozen):
    """An amount of money and whose price it follows from."""

    amount: float
    currency: str
    source: str
    as_of: str


class Replies(Frozen):
    """What 1,000 replies like the examples cost, from the base model and from the tuned one."""

    before: float | None
    after: float | None
    currency: str


class Model(Frozen):
    """What is known of a model; everything None when nothing is."""

    price: Price | None = None
    longest_example: int | None = None  # tokens
    shut_down: date | None = None
    no_new_jobs: date | None = None


def model_known_as(name: str) -> Model:
    """What `prices.json` holds on a model, its alias, or the base of a fine-tuned one (ft:…)."""
    table = _table()
    base = name.removeprefix("ft:").split(":")[0]
    entry = table["models"].get(table["aliases"].get(base, base))
    if entry is None:
        return Model()
    source = table["sources"][entry["price"]["source"]]
    return Model(
        price=Price(**{**entry["price"], "source": source["url"], "as_of": source["as_of"]}),
        longest_example=entry.get("longest_example", {}).get("tokens"),
        shut_down=entry.get("shut_down", {}).get("on"),
        no_new_jobs=table["hosted_tuning_ends"]["on"],
    )


def given_price(text: str) -> Price:
    """A price as `--price` takes it: 25/1M, or training=3,input=0.8,output=3.2,currency=EUR.

    Raises InputError.
    """
    rates: dict[str, Any] = {}
    for pair in text.split(","):
        name, _, value = pair.rpartition("=")
        name = name.strip() or "training"
        number = _GIVEN.match(value.strip().lstrip("$€¥"))
        if name == "currency" and re.fullmatch(r"[A-Za-z]{3}", value.strip()):
            rates[name] = value.strip().upper()
        elif name in _RATES and number:
            rates[name] = float(number[1])
        else:
            raise InputError(
                f"--price {text} cannot be read; write the price of 1,000,000 tokens as 25/1M, or"
                f" several as training=3,input=0.8,output=3.2 (also {', '.join(_RATES[3:])},"
                " currency=EUR)"
            )
    return Price(**rates, source="--price", as_of=date.today().isoformat())  # noqa: DTZ011 - the user's day


def default_epochs(examples: int) -> int:
    """Epochs by OpenAI's published rule: 3, more for few examples, fewer for very many.

    10 examples have 10 epochs, as in 2023.
    """
    if 0 < examples * TARGET_EPOCHS < LEAST_TARGET:
        return min(MOST_EPOCHS, LEAST_TARGET // examples)
    if examples * TARGET_EPOCHS > MOST_TARGET:
        return max(LEAST_EPOCHS, MOST_TARGET // examples)
    return TARGET_EPOCHS


def training_cost(price: Price | None, billed_tokens: int) -> Cost | None:
    """What the job costs; None when the price of training is not known."""
    if price is None or price.training is None:
        return None
    return Cost(
        amount=round(price.training * billed_tokens / MILLION, 6),
        currency=price.currency,
        source=price.source,
        as_of=price.as_of,
    )


def replies_cost(price: Price | None, prompt: float, answer: float) -> Replies | None:
    """Of 1,000 replies to `prompt` tokens with `answer` tokens each; None without any price."""
    if price is None:
        return None
    before = _replies(price.input, price.output, prompt, answer)
    after = _replies(price.tuned_input, price.tuned_output, prompt, answer)
    if before is None and after is None:
        return None
    return Replies(before=before, after=after, currency=price.currency)


def _replies(
    asked: float | None, answered: float | None, prompt: float, answer: float
) -> float | None:
    if asked is None or answered is None:
        return None
    return round(REPLIES * (asked * prompt + answered * answer) / MILLION, 6)


@cache
def _table() -> dict[str, Any]:
    text = (files("finetune.check") / "prices.json").read_text(encoding="utf-8")
    table: dict[str, Any] = json.loads(text)
    return table
