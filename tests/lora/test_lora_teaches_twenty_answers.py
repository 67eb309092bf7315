"""Supervised training of an adapter on a random Llama, and what becomes of the adapter."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from peft import PeftModel
from transformers import AutoModelForCausalLM, AutoTokenizer

from finetune.trainer.engine import Hyperparameters, Lora, Progress, Step, Unsupported
from finetune.trainer.peft_engine.base import read_base
from finetune.trainer.peft_engine.engine import PeftEngine
from finetune.trainer.peft_engine.merge import merge
from tests.lora.conftest import Training
from tests.lora.small_llama import ANSWERS, QUESTIONS, ROWS, Told, spec, taught


class Killed(Told):
    """Ends the training when it tells of the step `at`."""

    def __init__(self, at: int) -> None:
        super().__init__()
        self._at = at

    def __call__(self, progress: Progress) -> None:
        if isinstance(progress, Step) and progress.step == self._at:
            raise KeyboardInterrupt
        super().__call__(progress)


def adapted(folder: Path) -> PeftModel:
    base = read_base(folder)
    return PeftModel.from_pretrained(AutoModelForCausalLM.from_pretrained(base.source), folder)


def answers(model: torch.nn.Module, folder: Path) -> list[str]:
    tokenizer = AutoTokenizer.from_pretrained(folder, padding_side="left")
    asked = [[{"role": "user", "content": question}] for question in QUESTIONS]
    batch = tokenizer.apply_chat_template(
        asked, add_generation_prompt=True, return_tensors="pt", return_dict=True, padding=True
    )
    said = model.generate(**batch, max_new_tokens=40, do_sample=False)
    return tokenizer.batch_decode(said[:, batch["input_ids"].shape[1] :], skip_special_tokens=True)


def test_the_loss_on_the_answers_falls(twenty: Training) -> None:
    first, *_, last = twenty.told.steps
    assert first.train_loss > 4 > 0.5 > last.train_loss
    assert first.train_accuracy < 0.2 < last.train_accuracy


def test_the_twenty_answers_are_given_word_by_word(twenty: Training) -> None:
    assert answers(adapted(twenty.folder), twenty.folder) == ANSWERS


def test_each_kept_epoch_tells_how_the_validation_file_does(twenty: Training) -> None:
    first, *_, last = twenty.told.checkpoints
    assert first.valid_loss is not None and last.valid_loss is not None
    assert first.valid_loss > last.valid_loss
    assert last.valid_accuracy is not None and last.valid_accuracy > 0.5
    assert last.step == last.total_steps == twenty.told.steps[-1].step == 144


def test_a_checkpoint_is_a_model_that_can_be_asked(twenty: Training) -> None:
    last = twenty.told.checkpoints[-1].path
    assert read_base(last).source == read_base(twenty.folder).source
    assert answers(adapted(last), last) == ANSWERS


def test_trained_tokens_are_those_of_all_epochs(twenty: Training) -> None:
    assert twenty.outcome.rows == 20
    assert twenty.outcome.trained_tokens % 36 == 0
    assert 20 * 10 < twenty.outcome.trained_tokens / 36 < 20 * 40


def test_the_merged_model_has_the_logits_of_the_adapter(twenty: Training, tmp_path: Path) -> None:
    merge(twenty.folder, tmp_path / "merged")
    ids = torch.arange(3, 60).unsqueeze(0)
    with torch.inference_mode():
        apart = adapted(twenty.folder)(input_ids=ids).logits
        merged = AutoModelForCausalLM.from_pretrained(tmp_path / "merged")(input_ids=ids).logits
    assert (tmp_path / "merged" / "chat_template.jinja").exists()
    # float32; the adapter's product is added to the weights once instead of at every token
    torch.testing.assert_close(merged, apart, atol=1e-3, rtol=1e-4)
    assert apart.abs().max() > 1


def test_a_merged_model_is_as_large_as_its_base(twenty: Training, tmp_path: Path) -> None:
    base = AutoModelForCausalLM.from_pretrained(read_base(twenty.folder).source)
    base.to(torch.bfloat16).save_pretrained(tmp_path / "half")
    shutil.copytree(twenty.folder, tmp_path / "adapter")
    (tmp_path / "adapter" / "base.json").write_text(json.dumps({"source": str(tmp_path / "half")}))
    merge(tmp_path / "adapter", tmp_path / "merged")
    assert json.loads((tmp_path / "merged" / "config.json").read_text())["dtype"] == "bfloat16"


def test_a_fine_tuned_model_goes_on_from_its_adapter(twenty: Training, tmp_path: Path) -> None:
    told = Told()
    chosen = Hyperparameters(n_epochs=1, batch_size=10, learning_rate_multiplier=0.01)
    PeftEngine().train(spec(twenty.folder, tmp_path / "more", hyperparameters=chosen), told)
    assert told.steps[0].train_loss < 0.5
    assert read_base(tmp_path / "more").source == read_base(twenty.folder).source
    assert json.loads((tmp_path / "more" / "adapter_config.json").read_text())["r"] == 32


def test_going_on_with_another_rank_is_refused(twenty: Training, tmp_path: Path) -> None:
    with pytest.raises(Unsupported, match="rank: the model goes on from an adapter that has 32"):
        PeftEngine().check(spec(twenty.folder, tmp_path / "no", lora=Lora(rank=8)))


def test_the_same_seed_and_rows_give_the_same_weights(llama: Path, tmp_path: Path) -> None:
    chosen = Hyperparameters(n_epochs=1, batch_size=5)
    for name, seed in (("one", 7), ("two", 7), ("other", 8)):
        order = spec(llama, tmp_path / name, seed=seed, hyperparameters=chosen)
        PeftEngine().train(order, Told())
    one, two, other = (
        (tmp_path / name / "adapter_model.safetensors").read_bytes()
        for name in ("one", "two", "other")
    )
    assert one == two != other


def test_early_stopping_keeps_the_best_epoch(llama: Path, tmp_path: Path) -> None:
    told = Told()
    order = spec(
        llama,
        tmp_path / "early",
        rows=ROWS[:4],
        validation_rows=[taught(QUESTIONS[0], ANSWERS[19]), taught(QUESTIONS[1], "No. No. No.")],
        hyperparameters=Hyperparameters(n_epochs=30, batch_size=4),
        lora=Lora(patience=2),
    )
    outcome = PeftEngine().train(order, told)
    losses = [checkpoint.valid_loss or 0.0 for checkpoint in told.checkpoints]
    assert outcome.steps == len(losses) < 30
    assert min(losses) == losses[-3]
    best = told.checkpoints[-3].path / "adapter_model.safetensors"
    assert (tmp_path / "early" / "adapter_model.safetensors").read_bytes() == best.read_bytes()
    # Killed after the first epoch without progress, it stops at the same one.
    again = replace(order, out=tmp_path / "again", checkpoints=tmp_path / "again-checkpoints")
    with pytest.raises(KeyboardInterrupt):
        PeftEngine().train(again, Killed(at=len(losses)))
    assert PeftEngine().train(again, Told()).steps == outcome.steps
