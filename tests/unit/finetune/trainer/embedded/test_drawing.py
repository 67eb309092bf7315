"""How tokens are drawn: penalties, the smallest likely set, and marks that are never said."""

import numpy as np
import pytest

from finetune.trainer.embedded.drawing import Dice
from finetune.trainer.embedded.vocabulary import END
from finetune.trainer.engine import Sampling

LOGS = np.log(np.array([0.5, 0.01, 0.01, 0.01, 0.3, 0.12, 0.05], np.float32))


def drawn(sampling: Sampling, said: dict[int, int] | None = None) -> set[int]:
    dice = Dice(sampling)
    return {dice.draw(LOGS, said or {}) for _ in range(400)}


def test_marks_of_the_prompt_are_never_said() -> None:
    assert drawn(Sampling(temperature=2.0, seed=1)) == {END, 4, 5, 6}


def test_only_the_smallest_set_that_holds_top_p_is_drawn_from() -> None:
    assert drawn(Sampling(temperature=1.0, top_p=0.7, seed=1)) == {4, 5}
    assert drawn(Sampling(temperature=1.0, top_p=0.0, seed=1)) == {4}


@pytest.mark.parametrize(
    "penalty", [{"presence_penalty": 1.0}, {"frequency_penalty": 0.5, "presence_penalty": 0.5}]
)
def test_a_penalty_keeps_from_saying_a_token_again(penalty: dict[str, float]) -> None:
    assert drawn(Sampling(**penalty)) == {4}  # type: ignore[arg-type]
    assert drawn(Sampling(**penalty), {4: 1}) == {5}  # type: ignore[arg-type]


def test_a_frequent_token_is_penalised_each_time() -> None:
    often = Sampling(frequency_penalty=0.4)
    assert drawn(often, {4: 2}) == {4}
    assert drawn(often, {4: 3}) == {5}


def test_next_to_no_temperature_takes_the_likeliest() -> None:
    assert drawn(Sampling(temperature=5e-324, seed=1)) == {4}
