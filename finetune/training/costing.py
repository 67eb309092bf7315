"""What a run costs at its provider, by the prices that ship with `finetune check`."""

from finetune.check.money import Cost, default_epochs, model_known_as, training_cost
from finetune.training.run import Run


def estimated_cost(run: Run) -> Cost | None:
    """None while nothing is frozen, and where the price is not known.

    An estimate: the provider chooses the epochs, by the rule that it has published.
    """
    if not run.tokens:
        return None
    price = model_known_as(run.base_model).price
    return training_cost(price, run.tokens * default_epochs(run.examples))
