"""Distillation: inputs in, accepted answers of a teacher out, as training and test rows."""

from collections.abc import Callable, Sequence
from typing import Any

from finetune.asking.asker import Asker
from finetune.distill.choosing import until_enough
from finetune.distill.folder import Row
from finetune.distill.inputs import Inputs
from finetune.distill.judge import Judge
from finetune.distill.outcome import Outcome
from finetune.distill.writing import Plan, Writer


async def distill(
    inputs: Inputs,
    asker: Asker,
    plan: Plan,
    judge: Judge | None,
    *,
    wanted: int,
    done: Callable[[Outcome], None] = lambda _: None,
) -> list[Outcome]:
    """What came of each input that was needed for `wanted` rows, in the inputs' order.

    Raises ModelMissing, ProviderError, ProviderUnavailable; every finished call is kept by then.
    """
    writer = Writer(asker, plan, judge)
    return await until_enough(inputs, writer, wanted=wanted, at_once=asker.at_once, done=done)


def split(outcomes: Sequence[Outcome], train: int, test: int) -> tuple[list[Row], list[Row]]:
    """Training rows and test rows, in order, in the proportion `train` to `test`, also of fewer."""
    sides: tuple[list[Row], list[Row]] = ([], [])
    accepted = [outcome for outcome in outcomes if outcome.accepted]
    for place, outcome in enumerate(accepted):
        held_out = (place + 1) * test // (train + test) > place * test // (train + test)
        sides[held_out].append(_row(outcome))
    return sides


def _row(outcome: Outcome) -> dict[str, Any]:
    answer = outcome.best.text if outcome.best else ""
    messages: list[dict[str, str]] = [message.wire() for message in outcome.messages]
    return {"messages": [*messages, {"role": "assistant", "content": answer}]}
