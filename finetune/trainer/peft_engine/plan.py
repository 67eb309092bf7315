"""What one training will do: how long, how fast, with which adapter. "auto" is decided here.

The rules and where they come from:
- epochs: 3, more for fewer than 34 rows (at least 100 examples shown, at most 25 epochs), fewer for
  more than 8,333: OpenAI's cookbook, "Data preparation and analysis for chat model fine-tuning".
- learning rate of an adapter: 5e-4 · (2000 / hidden size)^0.781, the fit for Llama models of
  "LoRA Without Regret" (Thinking Machines, 2025); about 3e-4 for 8 billion parameters, near the
  2e-4 of QLoRA (arXiv:2305.14314). The same text: adapters on all linear layers, alpha 32 whatever
  the rank, small batches. Rank 16 is the most that vLLM serves without being told more.
- batch: an eighth of the rows, between 1 and 16 (QLoRA trained with 16).
- DPO: beta 0.1 (arXiv:2305.18290) at a fifth of the rate, with the chosen answer's own likelihood
  in the loss (RPO, arXiv:2404.19733, weight 1): without it few pairs unlearn the model.
A model made by `finetune pretrain` is tiny and was taught a handful of rows: measured figures.
"""

import math
from dataclasses import dataclass

from finetune.trainer.engine import Chosen, Lora, Method, TrainingSpec

RANK = 16
ALPHA = 32.0
BETA = 0.1
CHOSEN_WEIGHT = 1.0
_DPO_RATE = 0.2
_WARM_UP = 0.03
_TINY: dict[Method, int] = {"supervised": 80, "dpo": 30}  # at most; epochs of a house-made model


@dataclass(frozen=True)
class Plan:
    """`rank` None: all weights are trained. `until_learnt`: stop when every token is right."""

    method: Method
    epochs: int
    batch_size: int
    rate: float
    rank: int | None
    alpha: float
    targets: tuple[str, ...] | None
    four_bit: bool
    packing: bool
    patience: int | None
    beta: float
    seed: int
    until_learnt: bool = False
    multiplier: float = 1.0

    @property
    def chosen(self) -> Chosen:
        """What the job's "auto" became; the rate is told as a multiple of our own."""
        beta = self.beta if self.method == "dpo" else None
        return Chosen(self.epochs, self.batch_size, self.multiplier, beta)

    def steps(self, rows: int) -> int:
        """Optimiser steps in all, for so many rows an epoch."""
        return self.epochs * math.ceil(rows / self.batch_size)

    def warm_up(self, rows: int) -> int:
        """Steps in which the rate rises."""
        return math.ceil(_WARM_UP * self.steps(rows))


def plan_for(spec: TrainingSpec, rows: int, hidden_size: int, *, house_made: bool) -> Plan:
    """The figures of one training of `rows` rows. `house_made`: the base is our own tiny model."""
    asked, lora = spec.hyperparameters, spec.lora or Lora()
    rate = _rate(hidden_size, full=spec.base is None)
    tiny = house_made or spec.base is None
    if spec.method == "dpo" and not tiny:
        rate *= _DPO_RATE
    multiplier = asked.learning_rate_multiplier or 1.0
    return Plan(
        method=spec.method,
        epochs=asked.n_epochs or (_TINY[spec.method] if tiny else _epochs(rows)),
        batch_size=asked.batch_size or (8 if tiny else max(1, min(16, rows // 8))),
        rate=rate * multiplier,
        rank=None if spec.base is None else lora.rank or RANK,
        alpha=lora.alpha or ALPHA,
        targets=lora.targets,
        four_bit=lora.four_bit,
        packing=lora.packing and spec.method == "supervised",
        patience=lora.patience,
        beta=BETA if asked.beta is None else asked.beta,
        seed=spec.seed,
        multiplier=multiplier,
        until_learnt=tiny and asked.n_epochs is None and spec.method == "supervised",
    )


def _epochs(rows: int) -> int:
    if rows * 3 < 100:
        return min(25, math.ceil(100 / rows))
    return 3 if rows * 3 <= 25_000 else max(1, 25_000 // rows)


def _rate(hidden_size: int, *, full: bool) -> float:
    if full:
        return 4e-3  # Adam on 0.3 million random weights; larger and it does not settle
    return min(5e-4 * math.pow(2000 / hidden_size, 0.781), 5e-3)
