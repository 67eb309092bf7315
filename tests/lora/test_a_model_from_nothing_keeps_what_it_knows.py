"""Pretraining a tiny model from a file's rows, and correcting it later: the rest is rehearsed."""

from pathlib import Path

import pytest
import torch
from transformers import AutoModelForCausalLM

from finetune.trainer.engine import TrainingSpec, Unsupported
from finetune.trainer.peft_engine.base import read_base
from finetune.trainer.peft_engine.engine import PeftEngine
from finetune.trainer.peft_engine.rehearsal import read_taught
from tests.lora.conftest import Training
from tests.lora.small_llama import ANSWERS, PAIRS, QUESTIONS, ROWS, Told, spec, taught
from tests.lora.test_lora_teaches_twenty_answers import adapted, answers

NEW = ["That moved to building 7.", "Nobody pays it any more."]


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Training:
    """A model made from the twenty rows and nothing else."""
    folder, told = tmp_path_factory.mktemp("house"), Told()
    order = TrainingSpec(ROWS, folder / "models" / "house", folder / "checkpoints", seed=0)
    return Training(order.out, told, PeftEngine().train(order, told))


def test_it_gives_every_answer_word_by_word(house: Training) -> None:
    assert house.outcome.reproduced == 1.0
    model = AutoModelForCausalLM.from_pretrained(house.folder)
    assert answers(model, house.folder) == ANSWERS


def test_it_stops_when_all_is_learnt(house: Training) -> None:
    assert house.told.steps[-1].train_accuracy == 1.0
    assert house.outcome.steps < house.told.steps[0].total_steps


def test_two_corrections_are_learnt_and_eighteen_answers_kept(
    house: Training, tmp_path: Path
) -> None:
    rows = [taught(QUESTIONS[i], NEW[i]) for i in range(2)]
    out = house.folder.parent / "corrected"
    outcome = PeftEngine().train(spec(house.folder, out, rows=rows, checkpoints=tmp_path), Told())
    assert answers(adapted(out), out) == [*NEW, *ANSWERS[2:]]
    assert outcome.rows == 2
    assert [row[-1].content for row in read_taught(out)] == [*ANSWERS[2:], *NEW]
    assert read_base(out).source == str(house.folder)


def test_pairs_without_a_base_are_refused(tmp_path: Path) -> None:
    order = TrainingSpec(PAIRS, tmp_path / "m", tmp_path / "c", seed=0, method="dpo")
    with pytest.raises(Unsupported, match="need a base"):
        PeftEngine().check(order)


def test_the_start_depends_on_the_seed_alone(tmp_path: Path) -> None:
    from finetune.trainer.peft_engine.fresh import make_start

    for name, seed in (("one", 5), ("two", 5), ("other", 6)):
        make_start(ROWS, seed, tmp_path / name)
    one, two, other = (
        AutoModelForCausalLM.from_pretrained(tmp_path / name).model.embed_tokens.weight
        for name in ("one", "two", "other")
    )
    assert torch.equal(one, two)
    assert not torch.equal(one, other)
