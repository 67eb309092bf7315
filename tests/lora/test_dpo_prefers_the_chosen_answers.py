"""Training on pairs: the chosen answers come before the rejected ones, and are not unlearnt."""

from pathlib import Path

import pytest

from finetune.trainer.engine import (
    Chosen,
    Conversation,
    Hyperparameters,
    Preference,
    TaughtMessage,
    UnusableRows,
)
from finetune.trainer.peft_engine.engine import PeftEngine
from tests.lora.conftest import Training
from tests.lora.small_llama import ANSWERS, PAIRS, QUESTIONS, Told, spec
from tests.lora.test_lora_teaches_twenty_answers import adapted, answers


@pytest.fixture(scope="module")
def few(twenty: Training, tmp_path_factory: pytest.TempPathFactory) -> Training:
    """The taught Llama, given five pairs: its own answers before those to other questions."""
    told = Told()
    chosen = Hyperparameters(n_epochs=6, batch_size=5)
    out = tmp_path_factory.mktemp("pairs") / "models" / "few"
    order = spec(
        twenty.folder,
        out,
        rows=PAIRS[:5],
        validation_rows=PAIRS[:5],
        method="dpo",
        hyperparameters=chosen,
    )
    return Training(out, told, PeftEngine().train(order, told))


def test_the_margin_of_chosen_over_rejected_rises(few: Training) -> None:
    first, *_, last = [step.extra["reward_margin"] for step in few.told.steps]
    assert first == pytest.approx(0, abs=1e-5)
    assert last > first + 0.5
    assert few.told.steps[-1].extra["reward_accuracy"] == 1


def test_the_answers_that_were_known_are_kept(few: Training) -> None:
    assert answers(adapted(few.folder), few.folder) == ANSWERS


def test_what_auto_became_is_told(few: Training) -> None:
    assert few.told.chosen == Chosen(6, 5, 1.0, 0.1)


def test_the_validation_pairs_have_a_loss(few: Training) -> None:
    first, *_, last = few.told.checkpoints
    assert first.valid_loss is not None and last.valid_loss is not None
    assert first.valid_loss > last.valid_loss


def test_a_base_that_knows_nothing_learns_the_chosen_answers(llama: Path, tmp_path: Path) -> None:
    told = Told()
    chosen = Hyperparameters(n_epochs=30, batch_size=5, learning_rate_multiplier=5)
    order = spec(llama, tmp_path / "m", rows=PAIRS[:5], method="dpo", hyperparameters=chosen)
    PeftEngine().train(order, told)
    assert told.steps[-1].extra["reward_margin"] > 1
    assert answers(adapted(tmp_path / "m"), tmp_path / "m")[:5] == ANSWERS[:5]


def test_two_equal_answers_are_refused_by_line(llama: Path, tmp_path: Path) -> None:
    said = TaughtMessage(role="assistant", content=ANSWERS[0])
    asked = Conversation((TaughtMessage(role="user", content=QUESTIONS[0]),))
    rows = [PAIRS[0], Preference(asked, said, said)]
    with pytest.raises(UnusableRows, match="Line 2: the preferred answer and the other"):
        PeftEngine().check(spec(llama, tmp_path / "m", rows=rows, method="dpo"))
