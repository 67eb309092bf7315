"""What "auto" means for an adapter."""

from dataclasses import replace
from pathlib import Path

import pytest

from finetune.trainer.engine import Hyperparameters, Lora, TrainingSpec
from finetune.trainer.peft_engine.plan import plan_for

_SPEC = TrainingSpec(rows=(), out=Path(), checkpoints=Path(), seed=3, base=Path())


@pytest.mark.parametrize(
    ("rows", "epochs"),
    [(4, 25), (10, 10), (20, 5), (33, 4), (34, 3), (8333, 3), (12_500, 2), (90_000, 1)],
)
def test_few_rows_are_shown_more_often(rows: int, epochs: int) -> None:
    assert plan_for(_SPEC, rows, 4096, house_made=False).epochs == epochs


@pytest.mark.parametrize(("rows", "batch"), [(3, 1), (40, 5), (500, 16)])
def test_a_batch_grows_with_the_rows(rows: int, batch: int) -> None:
    assert plan_for(_SPEC, rows, 4096, house_made=False).batch_size == batch


@pytest.mark.parametrize(("hidden", "rate"), [(2000, 5e-4), (4096, 2.9e-4), (16, 5e-3)])
def test_wider_models_learn_in_smaller_steps(hidden: int, rate: float) -> None:
    plan = plan_for(_SPEC, 100, hidden, house_made=False)
    assert plan.rate == pytest.approx(rate, rel=0.02)


def test_what_is_asked_for_is_done() -> None:
    asked = replace(
        _SPEC,
        hyperparameters=Hyperparameters(2, 7, 0.5, 0.3),
        lora=Lora(rank=4, alpha=2.0, targets=("q_proj",), packing=True, patience=1),
    )
    plan = plan_for(asked, 100, 2000, house_made=False)
    assert (plan.epochs, plan.batch_size, plan.beta) == (2, 7, 0.3)
    assert plan.rate == pytest.approx(2.5e-4)
    assert (plan.rank, plan.alpha, plan.targets) == (4, 2.0, ("q_proj",))
    assert (plan.packing, plan.patience) == (True, 1)
    assert plan.steps(100) == 30


def test_pairs_are_learnt_in_smaller_steps_and_not_packed() -> None:
    pairs = replace(_SPEC, method="dpo", lora=Lora(packing=True))
    plan = plan_for(pairs, 100, 2000, house_made=False)
    assert plan.rate == pytest.approx(1e-4)
    assert (plan.beta, plan.packing) == (0.1, False)


def test_a_model_from_nothing_trains_all_weights_until_all_is_learnt() -> None:
    plan = plan_for(replace(_SPEC, base=None), 60, 96, house_made=False)
    assert plan.rank is None
    assert plan.until_learnt
