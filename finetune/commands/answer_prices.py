"""What answers cost: by the shipped price table, or by `--price`."""

from collections.abc import Sequence

from finetune.check.money import MILLION, Price, given_price, model_known_as

Prices = dict[str, Price | None]


def answer_prices(given: Sequence[str], models: Sequence[str]) -> Prices:
    """By model; None where it is not known.

    `given` holds `input=…,output=…` for every model, or with `MODEL:` before it for one. Raises
    InputError.
    """
    found: Prices = {model: model_known_as(model).price for model in models}
    for text in given:
        model, _, rates = text.rpartition(":")
        price = given_price(rates)
        for name in (model,) if model else models:
            found[name] = price
    return found


def cost(
    model: str, prices: Prices, sent: int | None, written: int | None
) -> dict[str, object] | None:
    """Of all its answers, with the source of the price; None when price or tokens are unknown."""
    price = prices.get(model)
    if price is None or sent is None or written is None:
        return None
    tuned = model.startswith("ft:") and price.tuned_input is not None
    rates = (price.tuned_input, price.tuned_output) if tuned else (price.input, price.output)
    if rates[0] is None or rates[1] is None:
        return None
    amount = (sent * rates[0] + written * rates[1]) / MILLION
    return {
        "amount": round(amount, 6),
        "currency": price.currency,
        "source": price.source,
        "as_of": price.as_of,
    }
