"""How many answers a model gives word by word: each token the likeliest after the ones before."""

from collections.abc import Sequence
from typing import Any

import torch

from finetune.trainer.peft_engine.material import Taught, Unit


def reproduced(model: Any, units: Sequence[Unit]) -> float:
    """The share of rows whose learnt tokens are all the model's first choice."""
    model.eval()
    with torch.inference_mode():
        right = [_right(model, unit) for unit in units if isinstance(unit, Taught)]
    return sum(right) / len(right)


def _right(model: Any, unit: Taught) -> bool:
    ids = torch.tensor([unit.row.ids], device=model.device)
    learnt = torch.tensor(unit.row.learnt[1:], device=model.device)
    chosen = model(input_ids=ids, use_cache=False).logits[0, :-1].argmax(-1)
    return bool((chosen == ids[0, 1:])[learnt].all())
