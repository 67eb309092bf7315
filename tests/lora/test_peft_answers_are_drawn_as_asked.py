"""How the engine peft draws tokens: penalties and `top_p`, as the embedded engine does."""

import torch

from finetune.trainer.engine import Sampling
from finetune.trainer.peft_engine.answering.drawing import Dice

LOGS = torch.log(torch.tensor([0.5, 0.3, 0.15, 0.05]))


def drawn(sampling: Sampling, count: int) -> list[int]:
    dice = Dice(sampling)
    return [dice.draw(LOGS).token_id for _ in range(count)]


def test_a_penalty_keeps_from_saying_a_token_again() -> None:
    assert drawn(Sampling(presence_penalty=1.0), 3) == [0, 1, 0]


def test_a_frequent_token_is_penalised_each_time() -> None:
    assert drawn(Sampling(frequency_penalty=0.4), 4) == [0, 0, 1, 0]


def test_what_is_reported_is_the_models_own_probability() -> None:
    dice = Dice(Sampling(presence_penalty=1.0))
    assert [round(dice.draw(LOGS).logprob, 3) for _ in range(2)] == [-0.693, -1.204]


def test_the_smallest_set_of_all_holds_the_likeliest_token() -> None:
    assert set(drawn(Sampling(temperature=1.0, top_p=0.0, seed=1), 20)) == {0}
